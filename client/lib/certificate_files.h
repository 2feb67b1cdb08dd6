// The client's certificate, its key and the CA, looked at before gRPC gets them: with files that do
// not fit, gRPC refuses every connection without saying why.
#ifndef CLIENT_LIB_CERTIFICATE_FILES_H_
#define CLIENT_LIB_CERTIFICATE_FILES_H_

#include <string>

#include "proto/result.h"

namespace dkimkeeper {

// Reads all three PEM files. FAILED_PRECONDITION/BAD_CERTIFICATE: a file that cannot be read, holds
// no certificate or key, a key with a pass phrase, or a key that is not the certificate's.
[[nodiscard]] Outcome CheckCertificateFiles(const std::string& ca_file,
                                            const std::string& cert_file,
                                            const std::string& key_file);

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_CERTIFICATE_FILES_H_

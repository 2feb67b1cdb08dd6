// The key reference file: what stands where a program expects the file of a private key.
#ifndef CLIENT_REFERENCE_REFERENCE_FILE_H_
#define CLIENT_REFERENCE_REFERENCE_FILE_H_

#include <string>
#include <string_view>

#include "client/reference/reference_body.h"
#include "proto/result.h"

namespace dkimkeeper {

// One PEM block (RFC 7468) with kReferenceLabel: the body in base64, lines of 64.
// INVALID_ARGUMENT/BAD_REFERENCE as EncodeReferenceBody.
[[nodiscard]] Result<std::string> WriteReferenceFile(const ReferenceBody& body);

// The first such block; text around it is passed over. INVALID_ARGUMENT/BAD_REFERENCE.
[[nodiscard]] Result<ReferenceBody> ReadReferenceFile(std::string_view text);

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_REFERENCE_FILE_H_

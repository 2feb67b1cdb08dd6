// What is wrong with a ClientOptions, before anything is opened.
#ifndef CLIENT_LIB_CHECK_OPTIONS_H_
#define CLIENT_LIB_CHECK_OPTIONS_H_

#include <string_view>

#include "dkimkeeper/client.h"
#include "proto/result.h"

namespace dkimkeeper {

// "unix:/path": a socket of this host, which needs no certificate.
[[nodiscard]] bool IsUnixAddress(std::string_view address);

// INVALID_ARGUMENT/BAD_OPTION: no server, an address that is neither host:port nor unix:/path, a
// TLS address without all three files, a deadline of nothing, a note that is too long or not
// printable ASCII.
[[nodiscard]] Outcome CheckOptions(const ClientOptions& options);

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_CHECK_OPTIONS_H_

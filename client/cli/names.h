// The API's enumerations in words.
#ifndef CLIENT_CLI_NAMES_H_
#define CLIENT_CLI_NAMES_H_

#include <string>
#include <string_view>

#include "dkimkeeper/v1/access.pb.h"
#include "dkimkeeper/v1/common.pb.h"
#include "dkimkeeper/v1/keys.pb.h"
#include "dkimkeeper/v1/tokens.pb.h"

namespace dkimkeeper {

// "ACTIVE"; "generated"; "tempfail". A value of a newer server is its number.
[[nodiscard]] std::string NameOf(v1::KeyState state);
[[nodiscard]] std::string NameOf(v1::KeyOrigin origin);
[[nodiscard]] std::string NameOf(v1::FailPolicy policy);

// "agrees"; "unknown".
[[nodiscard]] std::string NameOf(v1::Agreement agreement);

// "rsa-sha256".
[[nodiscard]] std::string NameOf(v1::Algorithm algorithm);

// "sign"; and back, of one of the four names.
[[nodiscard]] std::string NameOf(v1::Verb verb);
[[nodiscard]] v1::Verb VerbOf(std::string_view name);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_NAMES_H_

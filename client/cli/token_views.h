// Tokens as text for people, by the rules of client/cli/views.h.
#ifndef CLIENT_CLI_TOKEN_VIEWS_H_
#define CLIENT_CLI_TOKEN_VIEWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "dkimkeeper/v1/tokens.pb.h"

namespace dkimkeeper {

// "2 of 2": those that are ready, of those that are configured.
[[nodiscard]] std::string WorkersOf(const v1::TokenStatus& token);

[[nodiscard]] std::string ShowTokens(const v1::ListTokensResponse& tokens, std::int64_t now_ms);
[[nodiscard]] std::string ShowToken(const v1::Token& token, std::int64_t now_ms);
[[nodiscard]] std::string ShowAttestation(const std::vector<v1::AttestedKey>& keys);
[[nodiscard]] std::string ShowCompromised(const v1::CompromiseTokenResponse& response);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_TOKEN_VIEWS_H_

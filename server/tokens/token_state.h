// How a token is, in one word.
#ifndef SERVER_TOKENS_TOKEN_STATE_H_
#define SERVER_TOKENS_TOKEN_STATE_H_

#include <cstdint>
#include <string_view>

namespace dkimkeeper {

enum class TokenState : std::uint8_t {
  kReady,       // it signs
  kAway,        // it does not answer, and comes back by itself
  kPinRefused,  // it waits for another PIN, or for an operator's word to try again
};

// "ready", "away", "pin_refused".
[[nodiscard]] std::string_view TokenStateName(TokenState state);

}  // namespace dkimkeeper

#endif  // SERVER_TOKENS_TOKEN_STATE_H_

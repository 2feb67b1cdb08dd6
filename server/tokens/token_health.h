// Whether a token signs: asked regularly, answered from memory.
#ifndef SERVER_TOKENS_TOKEN_HEALTH_H_
#define SERVER_TOKENS_TOKEN_HEALTH_H_

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "hsm/token.h"
#include "proto/base/clock.h"
#include "server/base/alarms.h"
#include "server/keys/timestamp.h"
#include "server/tokens/token_state.h"

namespace dkimkeeper {

// Thread-safe; Check and Look from one thread at a time.
class TokenHealth {
 public:
  struct Report {
    TokenState state = TokenState::kAway;
    Timestamp since;         // when `state` last changed
    std::string last_error;  // of the last check that failed
  };

  // A token that signs is asked so often by Look.
  static constexpr std::chrono::seconds kInterval{10};

  // All must outlive this.
  TokenHealth(Token& token, AlarmBoard& alarms, const Clock& clock);

  // One real signature with the token's health key; a token without a ready worker is away,
  // whatever it says. Raises or clears the alarms `token.away` and `token.pin_refused`. Answers
  // whether the token is ready. Blocks on the token.
  bool Check();

  // Check, when it is time for one: after kInterval, at once when no worker is ready any more, and
  // always while the token is not ready. To be called every second or so.
  bool Look();

  [[nodiscard]] Report Last() const;

  // For work that can wait for better times: UNAVAILABLE/TOKEN_AWAY, or /PIN_REFUSED, with the last
  // error and a retry hint, once the token has not been ready for kGrace. A worker that is just
  // replaced is no reason to refuse anything.
  static constexpr std::chrono::seconds kGrace{5};
  [[nodiscard]] Outcome CheckAnswers() const;

 private:
  [[nodiscard]] Outcome Ask(const TokenInfo& info);
  void Tell(const std::string& name, TokenState state, const std::string& why);

  Token& token_;
  AlarmBoard& alarms_;
  const Clock& clock_;
  std::optional<Deadline> next_;  // when Look asks again a token that was ready
  mutable std::mutex mutex_;
  Report report_;
};

}  // namespace dkimkeeper

#endif  // SERVER_TOKENS_TOKEN_HEALTH_H_

// Whether the token signs: asked regularly, answered from memory.
#ifndef SERVER_SIGNING_TOKEN_HEALTH_H_
#define SERVER_SIGNING_TOKEN_HEALTH_H_

#include <mutex>
#include <string>

#include "hsm/token.h"
#include "server/base/alarms.h"
#include "server/base/clock.h"
#include "server/keys/timestamp.h"

namespace dkimkeeper {

// Thread-safe.
class TokenHealth {
 public:
  struct Report {
    bool healthy = false;
    Timestamp since;         // when `healthy` last changed
    std::string last_error;  // of the last check that failed
  };

  // All must outlive this.
  TokenHealth(Token& token, AlarmBoard& alarms, const Clock& clock);

  // One real signature with the token's health key; raises or clears the alarm `token.away`.
  // Answers whether the token is healthy. Blocks on the token.
  bool Check();

  [[nodiscard]] Report Last() const;

 private:
  Token& token_;
  AlarmBoard& alarms_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  Report report_;
};

}  // namespace dkimkeeper

#endif  // SERVER_SIGNING_TOKEN_HEALTH_H_

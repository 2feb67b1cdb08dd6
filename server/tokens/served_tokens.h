// What each token is served with: its queues and its health.
#ifndef SERVER_TOKENS_SERVED_TOKENS_H_
#define SERVER_TOKENS_SERVED_TOKENS_H_

#include <deque>
#include <string>
#include <vector>

#include "server/tokens/tokens.h"

namespace dkimkeeper {

// Owns the queues and the health of Tokens. They end with it: what waits in a queue runs first, and
// whatever that uses must outlive this, unless StopActs was called.
class ServedTokens {
 public:
  struct Options {
    std::string name;
    Token& token;
    TokenLimits limits = {};
    WorkQueue::Options signing = {};
  };

  // At least one, their names distinct. The tokens, `alarms` and `clock` must outlive this.
  ServedTokens(const std::vector<Options>& tokens, AlarmBoard& alarms, const Clock& clock);

  [[nodiscard]] const Tokens& all() const { return tokens_; }

  // Takes no further acts, runs those that wait.
  void StopActs();

 private:
  [[nodiscard]] std::vector<ServedToken> Serve(const std::vector<Options>& tokens,
                                               AlarmBoard& alarms, const Clock& clock);

  std::deque<TokenHealth> healths_;
  std::deque<WorkQueue> signing_;
  std::deque<WorkQueue> acts_;
  const Tokens tokens_;
};

}  // namespace dkimkeeper

#endif  // SERVER_TOKENS_SERVED_TOKENS_H_

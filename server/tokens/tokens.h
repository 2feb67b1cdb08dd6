// The tokens that this daemon serves, as the configuration lists them.
#ifndef SERVER_TOKENS_TOKENS_H_
#define SERVER_TOKENS_TOKENS_H_

#include <string>
#include <string_view>
#include <vector>

#include "hsm/token.h"
#include "server/base/work_queue.h"
#include "server/tokens/token_health.h"
#include "server/tokens/token_terms.h"

namespace dkimkeeper {

// One of them, with queues of its own: a token that is away holds up nobody but its own callers.
struct ServedToken {
  std::string name;
  Token& token;
  WorkQueue& signing;  // digests that wait for it
  WorkQueue& acts;     // all other work in it; one thread
  TokenHealth& health;
  TokenLimits limits;
};

// Immutable, so thread-safe.
class Tokens {
 public:
  // At least one; their names are distinct. All that they refer to must outlive this.
  explicit Tokens(std::vector<ServedToken> tokens) : tokens_(std::move(tokens)) {}
  Tokens(const Tokens&) = delete;
  Tokens& operator=(const Tokens&) = delete;

  // Never null. NOT_FOUND/TOKEN_UNKNOWN names those that there are.
  [[nodiscard]] Result<const ServedToken*> Find(std::string_view name) const;

  // Where a key is made that nobody placed.
  [[nodiscard]] const ServedToken& first() const { return tokens_.front(); }

  [[nodiscard]] auto begin() const { return tokens_.begin(); }
  [[nodiscard]] auto end() const { return tokens_.end(); }

  // Their terms now, in the order of the configuration.
  [[nodiscard]] std::vector<TokenTerms> Terms() const;

  // Stops the signing queues: what waits in them is answered first.
  void StopSigning() const;

 private:
  const std::vector<ServedToken> tokens_;
};

}  // namespace dkimkeeper

#endif  // SERVER_TOKENS_TOKENS_H_

// What a decision about keys needs to know of a token.
#ifndef SERVER_TOKENS_TOKEN_TERMS_H_
#define SERVER_TOKENS_TOKEN_TERMS_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/dkim/algorithm.h"
#include "proto/result.h"

namespace dkimkeeper {

// What an operator allows a token to be used for.
struct TokenLimits {
  std::size_t max_keys = 0;     // that are not DESTROYED; 0: no limit
  bool require_backup = false;  // no key becomes ACTIVE before a backup that holds it is confirmed
};

// A value, so that decisions stay pure.
struct TokenTerms {
  std::string name;
  TokenLimits limits = {};
  // What it can sign with; empty while that is unknown, because it was never ready.
  std::vector<Algorithm> algorithms = {};
};

// NOT_FOUND/TOKEN_UNKNOWN: the message lists those that there are.
[[nodiscard]] Result<TokenTerms> FindTerms(std::span<const TokenTerms> tokens,
                                           std::string_view name);

}  // namespace dkimkeeper

#endif  // SERVER_TOKENS_TOKEN_TERMS_H_

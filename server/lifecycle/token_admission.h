// Whether a token takes a new key, and whether a key of it may become active: pure.
#ifndef SERVER_LIFECYCLE_TOKEN_ADMISSION_H_
#define SERVER_LIFECYCLE_TOKEN_ADMISSION_H_

#include <cstddef>
#include <span>
#include <string>

#include "server/store/registry.h"
#include "server/tokens/token_terms.h"

namespace dkimkeeper {

// With nothing but its name where nothing is remembered of that token.
[[nodiscard]] TokenRecord RecordOf(const View& view, const std::string& name);

// Keys of a token as the registry has them.
struct TokenAccount {
  std::size_t keys = 0;  // that are not DESTROYED, those being made included
  // Of those, keys that never signed and wait for a confirmed backup that holds them.
  std::size_t awaiting_backup = 0;
};
[[nodiscard]] TokenAccount AccountOf(const View& view, const TokenTerms& token);

// FAILED_PRECONDITION/TOKEN_COMPROMISED, /ALGORITHM_UNSUPPORTED (where the token's algorithms are
// known), RESOURCE_EXHAUSTED/TOKEN_FULL by its limit: a retry helps none of them.
[[nodiscard]] Outcome CheckTakesKey(const View& view, const TokenTerms& token, Algorithm algorithm);

// FAILED_PRECONDITION/TOKEN_COMPROMISED; /BACKUP_MISSING where the token requires a backup made
// after the key was. NOT_FOUND/TOKEN_UNKNOWN.
[[nodiscard]] Outcome CheckMayActivate(const View& view, const Key& key,
                                       std::span<const TokenTerms> tokens);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_TOKEN_ADMISSION_H_

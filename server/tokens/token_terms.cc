#include "server/tokens/token_terms.h"

#include <algorithm>

#include "proto/reason.h"

namespace dkimkeeper {

Result<TokenTerms> FindTerms(std::span<const TokenTerms> tokens, std::string_view name) {
  const auto found = std::ranges::find(tokens, name, &TokenTerms::name);
  if (found != tokens.end()) return *found;
  std::string names;
  for (const TokenTerms& token : tokens) names += (names.empty() ? "" : ", ") + token.name;
  return Fail(Code::kNotFound, reason::kTokenUnknown,
              "no token \"" + std::string(name) + "\" is configured; there are: " + names);
}

}  // namespace dkimkeeper

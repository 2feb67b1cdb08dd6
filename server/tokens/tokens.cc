#include "server/tokens/tokens.h"

#include <algorithm>

namespace dkimkeeper {

Result<const ServedToken*> Tokens::Find(std::string_view name) const {
  const auto found = std::ranges::find(tokens_, name, &ServedToken::name);
  if (found != tokens_.end()) return &*found;
  return Forward(FindTerms(Terms(), name));
}

std::vector<TokenTerms> Tokens::Terms() const {
  std::vector<TokenTerms> terms;
  terms.reserve(tokens_.size());
  for (const ServedToken& served : tokens_) {
    terms.push_back({served.name, served.limits, served.token.Info().algorithms});
  }
  return terms;
}

void Tokens::StopSigning() const {
  for (const ServedToken& served : tokens_) served.signing.Stop();
}

}  // namespace dkimkeeper

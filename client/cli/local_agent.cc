#include "client/cli/local_agent.h"

#include <utility>
#include <variant>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using Which = std::variant<Selector, Algorithm>;

Result<std::vector<Which>> ToAskFor(const std::string& selector) {
  if (selector.empty()) {
    return std::vector<Which>{Algorithm::kRsaSha256, Algorithm::kEd25519Sha256};
  }
  Result<Selector> named = Selector::Parse(selector, Underscore::kAllowed);
  if (!named) return Forward(named);
  return std::vector<Which>{*std::move(named)};
}

}  // namespace

Result<SigningKeys> LocalAgent::KeysOf(const Domain& domain, const std::string& selector) {
  const auto wanted = ToAskFor(selector);
  if (!wanted) return Forward(wanted);
  SigningKeys keys;
  for (const Which& which : *wanted) {
    const Result<FoundKey> found = client_.Find({domain.str(), which});
    if (found) {
      keys.keys.push_back({.domain = domain,
                           .sender = found->sender,
                           .selector = found->reference.selector(),
                           .algorithm = found->public_key.algorithm,
                           .signs_until_ms = {}});
    } else if (found.error().reason != reason::kKeyUnknown) {
      return Forward(found);
    }
  }
  return keys;
}

Result<std::string> LocalAgent::Sign(const DigestToSign& item) {
  auto reference = Reference::Make(item.domain.str(), item.selector);
  if (!reference) return Forward(reference);
  return client_.Sign({*std::move(reference), item.algorithm, item.digest});
}

std::vector<Result<std::string>> LocalAgent::SignDigests(std::span<const DigestToSign> items) {
  std::vector<Result<std::string>> answers;
  answers.reserve(items.size());
  for (const DigestToSign& item : items) answers.push_back(Sign(item));
  return answers;
}

}  // namespace dkimkeeper

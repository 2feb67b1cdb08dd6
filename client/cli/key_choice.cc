#include "client/cli/key_choice.h"

#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

Result<std::vector<ChosenKey>> NamedKey(const SigningKeys& keys, const Domain& domain,
                                        const KeyWish& wish) {
  Result<Selector> selector = Selector::Parse(wish.selector, Underscore::kAllowed);
  if (!selector) return Forward(selector);
  ChosenKey chosen{*std::move(selector), wish.algorithm.value_or(Algorithm::kRsaSha256)};
  for (const SigningKey& key : keys.keys) {
    if (key.domain != domain || key.selector != chosen.selector) continue;
    if (!wish.algorithm) chosen.algorithm = key.algorithm;
    chosen.headers_required = key.headers_required;
  }
  return std::vector{std::move(chosen)};
}

}  // namespace

Result<std::vector<ChosenKey>> ChooseKeys(const SigningKeys& keys, const Domain& domain,
                                          const KeyWish& wish) {
  if (!wish.selector.empty()) return NamedKey(keys, domain, wish);
  const Result<Sender> sender = Sender::Parse(wish.sender);
  if (!sender) return Forward(sender);
  std::vector<ChosenKey> chosen;
  for (const SigningKey& key : keys.For(domain, *sender)) {
    if (wish.algorithm && key.algorithm != *wish.algorithm) continue;
    chosen.push_back({key.selector, key.algorithm, key.headers_required});
  }
  if (!chosen.empty()) return chosen;
  std::string what = "no ";
  if (wish.algorithm) what.append(AlgorithmName(*wish.algorithm)).append(" ");
  return Fail(Code::kFailedPrecondition, reason::kNoActiveKey,
              what + "key that you may use signs for " + domain.str() + ", sender " +
                  sender->str() + "; see dkimkeeper key list " + domain.str());
}

}  // namespace dkimkeeper

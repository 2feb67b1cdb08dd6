#include "server/lifecycle/selector_choice.h"

#include <algorithm>

#include "proto/reason.h"
#include "server/lifecycle/selector_name.h"

namespace dkimkeeper {
namespace {

std::vector<Selector> PoolOf(const SelectorWish& wish) {
  const auto pool = wish.policy.selector_pools.find(wish.algorithm);
  return pool == wish.policy.selector_pools.end() ? std::vector<Selector>() : pool->second;
}

// A template without {random} names a second key of the day with it all the same.
std::string MakeUp(const SelectorWish& wish, int proposal, Timestamp now) {
  const std::string random = wish.random();
  const std::string& pattern = wish.policy.selector_template;
  std::string name = SelectorNameFor(pattern, wish.place.sender, wish.algorithm, now, random);
  const bool fixed = pattern.find("{random}") == std::string::npos;
  return fixed && proposal > 0 ? name + "-" + random : name;
}

}  // namespace

bool IsFreeInPool(const View& view, const Domain& domain, const Selector& selector,
                  const KeyPolicy& policy, Timestamp now) {
  if (view.contents.reserved_selectors.contains({domain, selector})) return false;
  const auto key = view.keyring.Find(domain, selector);
  if (!key) return true;
  if (!key->destroyed_at || !key->removed.proven_at) return false;
  return *key->removed.proven_at + policy.drain + policy.record_ttl <= now;
}

Result<Selector> ChooseSelector(const View& view, const SelectorWish& wish, Timestamp now) {
  const std::vector<Selector> pool = PoolOf(wish);
  const auto free = [&](const Selector& selector) {
    return IsFreeInPool(view, wish.place.domain, selector, wish.policy, now);
  };
  if (!wish.name.empty()) {
    const auto named = Selector::Parse(wish.name, Underscore::kAllowed);
    const bool pooled = named && std::ranges::find(pool, *named) != pool.end();
    if (pooled && free(*named)) return *named;
    return FreeSelector(view, wish.place, wish.name);
  }
  if (pool.empty()) {
    int proposal = 0;
    return ProposeSelector(view, wish.place, [&] { return MakeUp(wish, proposal++, now); });
  }
  const auto next = std::ranges::find_if(pool, free);
  if (next != pool.end()) return *next;
  return Fail(Code::kFailedPrecondition, reason::kPoolExhausted,
              "every " + std::string(KeyTypeName(wish.algorithm)) + " selector that " +
                  wish.place.domain.str() +
                  " declared has a key, or had one whose record may be remembered; declare more "
                  "with `dkimkeeper policy set`, or wait until one is free");
}

}  // namespace dkimkeeper

// Which selector a new key gets.
#ifndef SERVER_LIFECYCLE_SELECTOR_CHOICE_H_
#define SERVER_LIFECYCLE_SELECTOR_CHOICE_H_

#include <functional>
#include <string>

#include "server/keys/key_policy.h"
#include "server/lifecycle/key_admission.h"

namespace dkimkeeper {

// What it is chosen by.
struct SelectorWish {
  const KeyPlace& place;
  Algorithm algorithm = Algorithm::kRsaSha256;
  const KeyPolicy& policy;
  std::string name = {};                       // the operator's; empty: none
  const std::function<std::string()>& random;  // five letters, new ones each time
};

// The operator's, else the first free one of the line's pool, else one that is made up by the
// policy's template. BAD_SELECTOR, SELECTOR_EXISTS; FAILED_PRECONDITION/POOL_EXHAUSTED.
[[nodiscard]] Result<Selector> ChooseSelector(const View& view, const SelectorWish& wish,
                                              Timestamp now);

// A selector of a declared pool can have another key: it is not reserved, and never had one, or
// that one is DESTROYED and no server has shown its record for a drain time and its TTL.
[[nodiscard]] bool IsFreeInPool(const View& view, const Domain& domain, const Selector& selector,
                                const KeyPolicy& policy, Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_SELECTOR_CHOICE_H_

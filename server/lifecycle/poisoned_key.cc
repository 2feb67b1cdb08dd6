#include "server/lifecycle/poisoned_key.h"

#include <utility>

#include "server/lifecycle/key_decisions.h"

namespace dkimkeeper {
namespace {

// Its name in the registry; its id where that has none: a health key, one being adopted.
std::string SubjectFor(const View& view, const std::string& token, const KeyId& id) {
  for (const auto& [name, key] : view.contents.keys) {
    if (key->token == token && key->id == id) return NameOf(*key);
  }
  return token + "/" + id.ToHex();
}

}  // namespace

std::function<void(const KeyId&)> AlarmOnPoisoned(std::string token, const Registry& registry,
                                                  AlarmBoard& alarms, const Clock& clock) {
  return [token = std::move(token), &registry, &alarms, &clock](const KeyId& id) {
    alarms.Raise("key.poisoned", SubjectFor(*registry.Get(), token, id),
                 "two workers of token " + token +
                     " died of a request with this key; look into the module's log, and rotate "
                     "to a new key where it happens again",
                 clock.Now());
  };
}

}  // namespace dkimkeeper

#include "server/keys/keyring.h"

#include <algorithm>

#include "server/keys/key_state.h"

namespace dkimkeeper {
namespace {

// '/' stands in neither a domain nor a selector.
std::string NameOf(const Domain& domain, const Selector& selector) {
  std::string name;
  name.reserve(domain.str().size() + selector.str().size() + 1);
  name.append(domain.str()).append("/").append(selector.str());
  return name;
}

}  // namespace

Keyring::Keyring(const std::vector<std::shared_ptr<const Key>>& keys) {
  by_name_.reserve(keys.size());
  for (const auto& key : keys) {
    by_name_.emplace(NameOf(key->domain, key->selector), key);
    if (!key->destroyed_at) by_line_[{key->domain, key->sender, key->algorithm}].push_back(key);
  }
}

std::shared_ptr<const Key> Keyring::Find(const Domain& domain, const Selector& selector) const {
  const auto found = by_name_.find(NameOf(domain, selector));
  return found == by_name_.end() ? nullptr : found->second;
}

std::shared_ptr<const Key> Keyring::Current(const Domain& domain, const Sender& sender,
                                            Algorithm algorithm, Timestamp now) const {
  const auto line = by_line_.find({domain, sender, algorithm});
  if (line == by_line_.end()) return nullptr;
  const auto active = std::ranges::find_if(line->second, [now](const auto& key) {
    return StateAt(*key, now) == KeyState::kActive && SignsAt(*key, now);
  });
  return active == line->second.end() ? nullptr : *active;
}

std::vector<std::shared_ptr<const Key>> Keyring::SigningAt(Timestamp now) const {
  std::vector<std::shared_ptr<const Key>> signing;
  for (const auto& [line, keys] : by_line_) {
    for (const KeyState state : {KeyState::kActive, KeyState::kRetiring}) {
      std::ranges::copy_if(keys, std::back_inserter(signing), [&](const auto& key) {
        return StateAt(*key, now) == state && SignsAt(*key, now);
      });
    }
  }
  return signing;
}

}  // namespace dkimkeeper

#include "server/keys/keyring.h"

#include <algorithm>
#include <functional>
#include <string>
#include <tuple>

#include "server/keys/key_state.h"

namespace dkimkeeper {

std::size_t Keyring::PartOf(const Domain& domain) {
  return std::hash<std::string>()(domain.str()) % kParts;
}

Keyring::Keyring(const std::vector<std::shared_ptr<const Key>>& keys) {
  std::array<std::vector<std::shared_ptr<const Key>>, kParts> parts;
  for (const auto& key : keys) parts[PartOf(key->domain)].push_back(key);
  for (std::size_t i = 0; i < kParts; ++i) {
    if (!parts[i].empty()) parts_[i] = std::make_shared<const KeyringPart>(parts[i]);
  }
}

Keyring Keyring::With(const KeyChanges& changes) const {
  std::map<std::size_t, KeyChanges> by_part;
  for (const auto& change : changes) by_part[PartOf(change.first.first)].insert(change);
  Keyring next = *this;
  for (const auto& [number, changed] : by_part) {
    auto keys = parts_[number] ? parts_[number]->All() : std::vector<std::shared_ptr<const Key>>();
    std::erase_if(keys,
                  [&](const auto& key) { return changed.contains({key->domain, key->selector}); });
    for (const auto& [name, key] : changed) {
      if (key) keys.push_back(key);
    }
    next.parts_[number] = std::make_shared<const KeyringPart>(keys);
  }
  return next;
}

std::shared_ptr<const Key> Keyring::Find(const Domain& domain, const Selector& selector) const {
  const auto& part = parts_[PartOf(domain)];
  return part ? part->Find(domain, selector) : nullptr;
}

std::shared_ptr<const Key> Keyring::Current(const Domain& domain, const Sender& sender,
                                            Algorithm algorithm, Timestamp now) const {
  const auto& part = parts_[PartOf(domain)];
  return part ? part->Current(domain, sender, algorithm, now) : nullptr;
}

std::vector<std::shared_ptr<const Key>> Keyring::SigningAt(Timestamp now) const {
  std::vector<std::shared_ptr<const Key>> signing;
  for (const auto& part : parts_) {
    if (part) part->AddSigningAt(now, signing);
  }
  const auto place = [now](const Key& key) {
    return std::tuple(std::tie(key.domain, key.sender, key.algorithm), StateAt(key, now),
                      std::tie(key.selector));
  };
  std::ranges::sort(signing, [&](const auto& a, const auto& b) { return place(*a) < place(*b); });
  return signing;
}

}  // namespace dkimkeeper

#include "server/keys/keyring_part.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <tuple>

#include "server/keys/key_state.h"

namespace dkimkeeper {
namespace {

// '/' stands in no domain, selector, sender or algorithm.
std::string NameOf(const Domain& domain, const Selector& selector) {
  std::string name;
  name.reserve(domain.str().size() + selector.str().size() + 1);
  return name.append(domain.str()).append("/").append(selector.str());
}

std::string LineName(const Domain& domain, const Sender& sender, Algorithm algorithm) {
  const std::string_view algorithm_name = AlgorithmName(algorithm);
  std::string name;
  name.reserve(domain.str().size() + sender.str().size() + algorithm_name.size() + 2);
  return name.append(domain.str())
      .append("/")
      .append(sender.str())
      .append("/")
      .append(algorithm_name);
}

auto LineOf(const Key& key) { return std::tie(key.domain, key.sender, key.algorithm); }

bool InLineOrder(const std::shared_ptr<const Key>& a, const std::shared_ptr<const Key>& b) {
  return std::tuple(LineOf(*a), std::tie(a->selector)) <
         std::tuple(LineOf(*b), std::tie(b->selector));
}

}  // namespace

KeyringPart::KeyringPart(const std::vector<std::shared_ptr<const Key>>& keys) {
  by_name_.reserve(keys.size());
  for (const auto& key : keys) {
    by_name_.emplace(NameOf(key->domain, key->selector), key);
    if (!IsBarred(*key)) lines_.push_back(key);
  }
  std::ranges::sort(lines_, InLineOrder);
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const Key& key = *lines_[i];
    Line& line = by_line_.try_emplace(LineName(key.domain, key.sender, key.algorithm), Line{i, 0})
                     .first->second;
    ++line.count;
  }
}

std::shared_ptr<const Key> KeyringPart::Find(const Domain& domain, const Selector& selector) const {
  const auto found = by_name_.find(NameOf(domain, selector));
  return found == by_name_.end() ? nullptr : found->second;
}

std::shared_ptr<const Key> KeyringPart::Current(const Domain& domain, const Sender& sender,
                                                Algorithm algorithm, Timestamp now) const {
  const auto line = by_line_.find(LineName(domain, sender, algorithm));
  if (line == by_line_.end()) return nullptr;
  const auto keys = std::span(lines_).subspan(line->second.first, line->second.count);
  const auto active = std::ranges::find_if(
      keys, [now](const auto& key) { return StateAt(*key, now) == KeyState::kActive; });
  return active == keys.end() ? nullptr : *active;
}

void KeyringPart::AddSigningAt(Timestamp now,
                               std::vector<std::shared_ptr<const Key>>& signing) const {
  std::ranges::copy_if(lines_, std::back_inserter(signing),
                       [now](const auto& key) { return SignsAt(*key, now); });
}

std::vector<std::shared_ptr<const Key>> KeyringPart::All() const {
  std::vector<std::shared_ptr<const Key>> keys;
  keys.reserve(by_name_.size());
  for (const auto& [name, key] : by_name_) keys.push_back(key);
  return keys;
}

}  // namespace dkimkeeper

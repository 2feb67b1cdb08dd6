#include "tests/property/judge.h"

#include <algorithm>
#include <iomanip>
#include <iterator>
#include <sstream>

#include "server/keys/key_state.h"
#include "tests/property/record_meaning.h"

namespace dkimkeeper::sim {
namespace {

// The proof is renewed immediately before the activation; a step may be held up in its middle.
constexpr auto kImmediately = std::chrono::hours(1);
// Whoever takes over the lease believes so much of the time that nobody watched; where its clock is
// ahead of the one before, waits are shorter by that, once for each time.
constexpr auto kBelieved = std::chrono::minutes(3);

std::string NameIn(const Key& key) { return KeyRecordName(key.selector, key.domain).value(); }

std::string Text(const Key& key) {
  return key.domain.str() + "/" + key.sender.str() + "/" + key.selector.str() + " (" +
         key.id.ToHex().substr(0, 8) + ")";
}

std::string Days(Instant at) {
  std::ostringstream text;
  text << "day " << std::fixed << std::setprecision(4)
       << static_cast<double>(at.time_since_epoch().count()) / 86'400'000.0;
  return text.str();
}

// By the wall clocks that wrote it.
std::string Written(const char* what, const std::optional<Timestamp>& at) {
  if (!at) return {};
  const auto since = *at - std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  return std::string("; ") + what + " " + Days(Instant(since));
}

bool Reigns(const Key& key) { return key.activated_at && !key.retired_at && !IsBarred(key); }

}  // namespace

void Judge::Blame(int number, const std::string& what) {
  broken_.insert(number);
  if (blames_.size() >= 20) return;
  blames_.push_back("invariant " + std::to_string(number) + ", " + Days(agenda_.now()) + ": " +
                    what);
}

const Key* Judge::Find(const KeyId& id) const {
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : &found->second.key;
}

bool Judge::IsStrangers(const Domain& domain, const Selector& selector) const {
  return strangers_.contains(KeyRecordName(selector, domain).value());
}

bool Judge::MayFail(const KeyId& id) const {
  const auto found = keys_.find(id);
  if (found == keys_.end()) return true;
  const Key& key = found->second.key;
  const bool waived = found->second.proof && !found->second.proof->waived.empty();
  return key.compromised || !key.override_reason.empty() || waived ||
         IsStrangers(key.domain, key.selector);
}

bool Judge::IsDrained(const KeyId& id, Instant at) const {
  const Known& known = keys_.at(id);
  const Span drain = DrainOf(known.key);
  return at + std::min(drain, known.drain.value_or(drain)) - kBelieved < agenda_.now();
}

KeyPolicy Judge::PolicyFor(const Key& key) const {
  const auto contents = store_.Load();
  const auto entry = contents->domains.find(key.domain);
  if (entry == contents->domains.end()) return policy_.defaults;
  return PolicyOf(entry->second, key.sender, policy_);
}

void Judge::MaySign(const KeyId& key, Instant until) {
  auto& may_sign_until = keys_.at(key).may_sign_until;
  may_sign_until = std::max(may_sign_until.value_or(until), until);
}

void Judge::Proven(const RecordQuestion& question) {
  for (auto& [id, known] : keys_) {
    if (known.key.domain != question.domain || known.key.selector != question.selector) continue;
    if (known.key.public_key == question.public_key) {
      Proof proof{agenda_.now(), question.waived};
      // What such a server said when it came back may be remembered, too.
      if (known.proof) std::ranges::copy(known.proof->waived, std::back_inserter(proof.waived));
      std::ranges::sort(proof.waived);
      proof.waived.erase(std::ranges::unique(proof.waived).begin(), proof.waived.end());
      known.proof = std::move(proof);
    }
  }
}

void Judge::Committed(const std::vector<Change>& changes) {
  bool of_lines = false;
  for (const Change& change : changes) {
    of_lines = of_lines || std::holds_alternative<PutDomain>(change);
    const auto* put = std::get_if<PutKey>(&change);
    if (put == nullptr) continue;
    of_lines = true;
    JudgeName(put->key);
    const auto [known, is_new] = keys_.try_emplace(put->key.id, Known{put->key});
    const Key before = is_new ? Key(put->key) : std::exchange(known->second.key, put->key);
    if (!is_new) Judged(before, known->second);
  }
  if (!of_lines) return;
  const auto contents = store_.Load();
  if (contents) JudgeLines(*contents);
}

// Invariant 4. An intent that never became a key leaves its selector free.
void Judge::JudgeName(const Key& key) {
  const auto taken = names_.find({key.domain, key.selector});
  if (taken != names_.end() && taken->second != key.id) {
    const Known& other = keys_.at(taken->second);
    const bool over =
        other.key.destroyed_at && other.removed_at &&
        *other.removed_at + std::min(DrainOf(other.key), DrainOf(key)) <= agenda_.now() + kBelieved;
    const KeyPolicy policy = PolicyFor(key);
    const auto pool = policy.selector_pools.find(key.algorithm);
    const bool pooled = pool != policy.selector_pools.end() &&
                        std::ranges::find(pool->second, key.selector) != pool->second.end();
    if (!pooled || !over) {
      Blame(4, "selector of " + Text(other.key) + " is used again by " + Text(key));
    }
  }
  if (key.public_key) names_.insert_or_assign({key.domain, key.selector}, key.id);
}

void Judge::Judged(const Key& before, Known& known) {
  const Key& key = known.key;
  if (before.public_key && before.public_key != key.public_key) {
    Blame(4, Text(key) + " is overwritten by another key");
  }
  if (!before.activated_at && key.activated_at) {
    tally_.Add(Kind::kActivation);
    if (key.override_reason.empty()) JudgeActivation(known);
    stopped_.erase(LineOf(key));
    had_active_.insert(LineOf(key));
  }
  if (!before.retired_at && key.retired_at && key.activated_at && handed_over_) handed_over_(key);
  if (!before.handed_over_at && key.handed_over_at) {
    tally_.Add(Kind::kHandOverShortened);
    if (handed_over_) handed_over_(key);
  }
  if (!before.removed.proven_at && key.removed.proven_at) known.removed_at = agenda_.now();
}

// Invariant 1.
void Judge::JudgeActivation(const Known& known) {
  // In an emergency the newest look at the standby's record is good enough.
  const bool emergency = stopped_.contains(LineOf(known.key));
  const Span age =
      emergency ? 2 * PolicyFor(known.key).watch_interval + kImmediately : Span(kImmediately);
  if (!known.proof || known.proof->at + age < agenda_.now()) {
    Blame(1, Text(known.key) + " is activated without a proof of that moment");
    return;
  }
  if (IsStrangers(known.key.domain, known.key.selector)) return;
  for (std::size_t server = 0; server < world_.ServersOf(known.key.domain); ++server) {
    JudgeServer(known, server);
  }
}

// Whether the server had the record when it was proven, and nobody remembers what it said before.
void Judge::JudgeServer(const Known& known, std::size_t server) {
  const Key& key = known.key;
  const std::string server_name = DnsWorld::ServerName(key.domain, server);
  const auto& waived = known.proof->waived;
  if (std::ranges::find(waived, server_name) != waived.end()) return;
  const auto eras = world_.ErasOf(key.domain, server, NameIn(key));
  std::size_t at = eras.size() - 1;
  while (eras[at].from > known.proof->at) --at;
  if (KeyIn(eras[at].records) != key.public_key) {
    if (!world_.Lies(key.domain, server)) {
      Blame(1, Text(key) + " is activated, and " + server_name + " does not show its record");
    }
    return;
  }
  while (at > 0 && KeyIn(eras[at - 1].records) == key.public_key) --at;
  if (at == 0) return;
  const auto& older = eras[at - 1].records;
  const auto ttl = older.txt.empty() ? world_.NegativeTtl(key.domain) : older.ttl;
  if (eras[at].from + ttl > agenda_.now()) {
    Blame(1, Text(key) + " is activated, and what " + server_name +
                 " said before may be remembered until " + Days(eras[at].from + ttl));
  }
}

bool Judge::Wanted(const Contents& contents, const Line& line) const {
  const auto entry = contents.domains.find(line.domain);
  if (entry == contents.domains.end() || entry->second.removing_at) return false;
  if (!entry->second.senders.contains(line.sender)) return false;
  if (entry->second.removing_senders.contains(line.sender)) return false;
  const auto algorithms = PolicyOf(entry->second, line.sender, policy_).algorithms;
  return std::ranges::find(algorithms, line.algorithm) != algorithms.end();
}

// Invariant 2.
void Judge::JudgeLines(const Contents& contents) {
  std::set<Line> served;
  for (const auto& [name, key] : contents.keys) {
    if (Reigns(*key) && !served.insert(LineOf(*key)).second) {
      Blame(2, "two active keys in the line of " + Text(*key));
    }
  }
  std::erase_if(had_active_, [&](const Line& line) {
    if (served.contains(line)) return false;
    if (Wanted(contents, line) && !stopped_.contains(line)) {
      Blame(2, "no active key any more for " + line.domain.str() + "/" + line.sender.str() + "/" +
                   std::string(AlgorithmName(line.algorithm)));
    }
    return true;  // until it has one again
  });
}

// Invariant 3.
void Judge::Publishing(const RecordChange& change) {
  const auto taken = names_.find({change.domain, change.selector});
  if (!change.before || taken == names_.end()) return;
  Known& known = keys_.at(taken->second);
  const Key& key = known.key;
  const bool takes_away = change.before->public_key == key.public_key &&
                          !(change.after && change.after->public_key == key.public_key);
  if (!takes_away || key.compromised || !key.activated_at || !known.may_sign_until) return;
  known.drain = DrainOf(key);
  const Instant over = *known.may_sign_until + *known.drain;
  if (over > agenda_.now() + kBelieved) {
    Blame(3, "the record of " + Text(key) + " is withdrawn before " + Days(over) +
                 ", when its drain time ends; it could sign until " + Days(*known.may_sign_until) +
                 Written("retired", key.retired_at) + Written("signs until", key.signs_until) +
                 Written("stopped", key.stopped_at) + Written("revoked", key.revoked_at));
  }
}

// Invariant 6.
void Judge::Writing(const Domain& domain, const std::string& name, Hand hand) {
  if (hand == Hand::kStranger) {
    strangers_.insert(name);
    return;
  }
  const bool strangers = world_.WhoWrote(name) == Hand::kStranger;
  if (hand == Hand::kPublisher && strangers && !world_.At(domain, name).txt.empty()) {
    Blame(6, "a stranger's record at " + name + " is overwritten");
  }
}

}  // namespace dkimkeeper::sim

#include "tests/fakes/memory_store.h"

#include <algorithm>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

Error Away() {
  return Error{Code::kUnavailable, std::string(reason::kStoreAway), "the key store is away"};
}

tl::unexpected<Error> ChangedSinceRead() {
  return Fail(Code::kAborted, reason::kChangedSinceRead, "the key store was changed meanwhile");
}

tl::unexpected<Error> Held(const std::string& holder) {
  return Fail(Code::kAborted, reason::kLeaseHeld, "the executor runs in daemon " + holder);
}

}  // namespace

void MemoryStore::FailCommit(std::size_t nth, CommitFault fault, Error error) {
  const std::lock_guard lock(mutex_);
  faults_.insert_or_assign(commits_ + nth, Fault{fault, std::move(error)});
}

void MemoryStore::FailCommit(std::size_t nth, CommitFault fault) { FailCommit(nth, fault, Away()); }

void MemoryStore::SetAway(bool away) {
  const std::lock_guard lock(mutex_);
  away_ = away;
}

std::size_t MemoryStore::commits() const {
  const std::lock_guard lock(mutex_);
  return commits_;
}

Result<Contents> MemoryStore::Load() {
  const std::lock_guard lock(mutex_);
  if (away_) return tl::unexpected<Error>(Away());
  return contents_;
}

Result<std::uint64_t> MemoryStore::Generation() {
  const std::lock_guard lock(mutex_);
  if (away_) return tl::unexpected<Error>(Away());
  return contents_.generation;
}

Result<std::uint64_t> MemoryStore::Commit(std::uint64_t expected_generation,
                                          const std::vector<Change>& changes,
                                          const std::optional<RequestEntry>& request,
                                          Timestamp forget_before) {
  const std::lock_guard lock(mutex_);
  const auto fault = faults_.extract(++commits_);
  if (away_) return tl::unexpected<Error>(Away());
  if (fault && fault.mapped().when == CommitFault::kBeforeEffect) {
    return tl::unexpected<Error>(fault.mapped().error);
  }
  auto generation = CommitLocked(expected_generation, changes, request, forget_before);
  if (fault && generation) return tl::unexpected<Error>(fault.mapped().error);
  return generation;
}

Result<std::uint64_t> MemoryStore::CommitLocked(std::uint64_t expected_generation,
                                                const std::vector<Change>& changes,
                                                const std::optional<RequestEntry>& request,
                                                Timestamp forget_before) {
  if (contents_.generation != expected_generation) return ChangedSinceRead();
  for (const Change& change : changes) {
    const auto* required = std::get_if<RequireLease>(&change);
    if (required != nullptr && required->fence != lease_.fence) return Held(lease_.holder);
  }
  const auto forgotten = [&](const RequestEntry& entry) { return entry.at < forget_before; };
  const bool taken = request && std::ranges::any_of(requests_, [&](const RequestEntry& entry) {
                       return entry.key == request->key && !forgotten(entry);
                     });
  if (taken) return ChangedSinceRead();
  std::erase_if(requests_, forgotten);
  if (request) requests_.push_back(*request);
  Apply(changes, contents_);
  return ++contents_.generation;
}

Result<std::optional<RequestEntry>> MemoryStore::FindRequest(const RequestKey& key) {
  const std::lock_guard lock(mutex_);
  if (away_) return tl::unexpected<Error>(Away());
  const auto found = std::ranges::find(requests_, key, &RequestEntry::key);
  if (found == requests_.end()) return std::nullopt;
  return *found;
}

Result<Lease> MemoryStore::TakeLease(const std::string& holder, Timestamp now,
                                     std::chrono::milliseconds duration, bool watched) {
  const std::lock_guard lock(mutex_);
  if (away_) return tl::unexpected<Error>(Away());
  const bool own = lease_.holder == holder;
  if (!own && lease_.fence != 0 && now < lease_.until) return Held(lease_.holder);
  lease_ = {holder, lease_.fence + (own ? 0U : 1U), now + duration, watched_until_};
  if (watched) watched_until_ = now;
  return lease_;
}

Result<std::vector<DaemonBeat>> MemoryStore::Beat(const DaemonBeat& own, Timestamp forget_before) {
  const std::lock_guard lock(mutex_);
  if (away_) return tl::unexpected<Error>(Away());
  std::erase_if(beats_, [&](const auto& beat) { return beat.second.at < forget_before; });
  beats_.insert_or_assign(own.name, own);
  std::vector<DaemonBeat> alive;
  for (const auto& [name, beat] : beats_) alive.push_back(beat);
  return alive;
}

Result<std::vector<AgentAcknowledgement>> MemoryStore::Acknowledge(
    const std::vector<AgentAcknowledgement>& heard, Timestamp forget_before) {
  const std::lock_guard lock(mutex_);
  if (away_) return tl::unexpected<Error>(Away());
  if (!heard.empty()) {
    std::erase_if(agents_, [&](const auto& agent) { return agent.second.at < forget_before; });
  }
  for (const AgentAcknowledgement& agent : heard) agents_.insert_or_assign(agent.identity, agent);
  std::vector<AgentAcknowledgement> all;
  for (const auto& [identity, agent] : agents_) all.push_back(agent);
  return all;
}

Outcome MemoryStore::PutCheck(const KeyId& key, const StoredCheck& check) {
  const std::lock_guard lock(mutex_);
  if (away_) return tl::unexpected<Error>(Away());
  checks_.insert_or_assign(key, check);
  return {};
}

Result<std::optional<StoredCheck>> MemoryStore::FindCheck(const KeyId& key) {
  const std::lock_guard lock(mutex_);
  if (away_) return tl::unexpected<Error>(Away());
  const auto found = checks_.find(key);
  if (found == checks_.end()) return std::nullopt;
  return found->second;
}

Result<StoredCheckpoint> MemoryStore::PutCheckpoint(const std::string& origin,
                                                    const StoredCheckpoint& checkpoint) {
  const std::lock_guard lock(mutex_);
  if (away_) return tl::unexpected<Error>(Away());
  StoredCheckpoint& stored = checkpoints_[origin];
  if (checkpoint.size >= stored.size) stored = checkpoint;
  return stored;
}

Result<std::map<std::string, StoredCheckpoint>> MemoryStore::Checkpoints() {
  const std::lock_guard lock(mutex_);
  if (away_) return tl::unexpected<Error>(Away());
  return checkpoints_;
}

}  // namespace dkimkeeper

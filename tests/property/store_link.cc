#include "tests/property/store_link.h"

#include "proto/reason.h"

namespace dkimkeeper::sim {
namespace {

tl::unexpected<Error> Away() {
  return Fail(Code::kUnavailable, reason::kStoreAway, "the key store is away; this is a history");
}

}  // namespace

Result<Contents> StoreLink::Load() {
  if (Down()) return Away();
  return parts_.store.Load();
}

Result<std::uint64_t> StoreLink::Generation() {
  if (Down()) return Away();
  return parts_.store.Generation();
}

Result<std::uint64_t> StoreLink::Commit(std::uint64_t expected_generation,
                                        const std::vector<Change>& changes,
                                        const std::optional<RequestEntry>& request,
                                        Timestamp forget_before) {
  if (Down()) return Away();
  const Fate fate = parts_.host.Meet(false);
  if (fate == Fate::kFails) {
    parts_.tally.Add(Kind::kStoreFailedBefore);
    return Away();
  }
  std::vector<Change> made = changes;
  if (parts_.spoil) parts_.spoil(made);
  auto generation = parts_.store.Commit(expected_generation, made, request, forget_before);
  if (generation) parts_.committed(made);
  if (fate == Fate::kFine || !generation) return generation;
  parts_.tally.Add(Kind::kStoreFailedAfter);
  return Away();
}

Result<std::optional<RequestEntry>> StoreLink::FindRequest(const RequestKey& key) {
  if (Down()) return Away();
  return parts_.store.FindRequest(key);
}

Result<Lease> StoreLink::TakeLease(const std::string& holder, Timestamp now,
                                   std::chrono::milliseconds duration, bool watched) {
  if (parts_.lease_holder != holder || Down()) watched_with_.reset();
  if (Down()) return Away();
  const Span offset = parts_.host.offset();
  const bool went_on = !watched && watched_with_ == offset;
  auto lease = parts_.store.TakeLease(holder, now, duration, watched || went_on);
  if (!lease) {
    watched_with_.reset();
    return lease;
  }
  parts_.lease_holder = holder;
  if (watched) watched_with_ = offset;
  if (went_on) lease->watched_before = now;
  return lease;
}

Result<std::vector<DaemonBeat>> StoreLink::Beat(const DaemonBeat& own, Timestamp forget_before) {
  if (Down()) return Away();
  return parts_.store.Beat(own, forget_before);
}

Result<std::vector<AgentAcknowledgement>> StoreLink::Acknowledge(
    const std::vector<AgentAcknowledgement>& heard, Timestamp forget_before) {
  if (Down()) return Away();
  return parts_.store.Acknowledge(heard, forget_before);
}

Outcome StoreLink::PutCheck(const KeyId& key, const StoredCheck& check) {
  if (Down()) return Away();
  return parts_.store.PutCheck(key, check);
}

Result<std::optional<StoredCheck>> StoreLink::FindCheck(const KeyId& key) {
  if (Down()) return Away();
  return parts_.store.FindCheck(key);
}

Result<StoredCheckpoint> StoreLink::PutCheckpoint(const std::string& origin,
                                                  const StoredCheckpoint& checkpoint) {
  if (Down()) return Away();
  return parts_.store.PutCheckpoint(origin, checkpoint);
}

Result<std::map<std::string, StoredCheckpoint>> StoreLink::Checkpoints() {
  if (Down()) return Away();
  return parts_.store.Checkpoints();
}

}  // namespace dkimkeeper::sim

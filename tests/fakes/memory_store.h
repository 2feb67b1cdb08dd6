// KeyStore in memory, with faults on demand.
#ifndef TESTS_FAKES_MEMORY_STORE_H_
#define TESTS_FAKES_MEMORY_STORE_H_

#include <cstddef>
#include <map>
#include <mutex>
#include <vector>

#include "server/store/key_store.h"

namespace dkimkeeper {

// When a commit fails: before it did anything, or after it is durable but before its answer, as
// when a process dies between the two.
enum class CommitFault : std::uint8_t { kBeforeEffect, kAfterEffect };

// Thread-safe. Several users of one object are several handles on one store.
class MemoryStore final : public KeyStore {
 public:
  // Puts a fault in the queue: the `nth` commit from now on (1: the next) answers `error`. A commit
  // that fails for its own reason, e.g. CHANGED_SINCE_READ, counts too.
  void FailCommit(std::size_t nth, CommitFault fault, Error error);
  // As FailCommit, with UNAVAILABLE/STORE_AWAY.
  void FailCommit(std::size_t nth, CommitFault fault);
  // While away, every call answers UNAVAILABLE/STORE_AWAY.
  void SetAway(bool away);
  // How many commits were asked for, failed ones included.
  [[nodiscard]] std::size_t commits() const;

  [[nodiscard]] Result<Contents> Load() override;
  [[nodiscard]] Result<std::uint64_t> Generation() override;
  [[nodiscard]] Result<std::uint64_t> Commit(std::uint64_t expected_generation,
                                             const std::vector<Change>& changes,
                                             const std::optional<RequestEntry>& request,
                                             Timestamp forget_before) override;
  [[nodiscard]] Result<std::optional<RequestEntry>> FindRequest(const RequestKey& key) override;
  [[nodiscard]] Result<Lease> TakeLease(const std::string& holder, Timestamp now,
                                        std::chrono::milliseconds duration, bool watched) override;
  [[nodiscard]] Result<std::vector<DaemonBeat>> Beat(const DaemonBeat& own,
                                                     Timestamp forget_before) override;
  [[nodiscard]] Result<std::vector<AgentAcknowledgement>> Acknowledge(
      const std::vector<AgentAcknowledgement>& heard, Timestamp forget_before) override;
  [[nodiscard]] Outcome PutCheck(const KeyId& key, const StoredCheck& check) override;
  [[nodiscard]] Result<std::optional<StoredCheck>> FindCheck(const KeyId& key) override;
  [[nodiscard]] Result<StoredCheckpoint> PutCheckpoint(const std::string& origin,
                                                       const StoredCheckpoint& checkpoint) override;
  [[nodiscard]] Result<std::map<std::string, StoredCheckpoint>> Checkpoints() override;

 private:
  struct Fault {
    CommitFault when;
    Error error;
  };

  [[nodiscard]] Result<std::uint64_t> CommitLocked(std::uint64_t expected_generation,
                                                   const std::vector<Change>& changes,
                                                   const std::optional<RequestEntry>& request,
                                                   Timestamp forget_before);

  mutable std::mutex mutex_;
  Contents contents_;
  std::vector<RequestEntry> requests_;
  Lease lease_;
  std::optional<Timestamp> watched_until_;
  std::map<std::string, DaemonBeat> beats_;
  std::map<Identity, AgentAcknowledgement> agents_;
  std::map<KeyId, StoredCheck> checks_;
  std::map<std::string, StoredCheckpoint> checkpoints_;
  std::map<std::size_t, Fault> faults_;  // by number of the commit
  std::size_t commits_ = 0;
  bool away_ = false;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_MEMORY_STORE_H_

// One daemon's line to the store that all daemons share.
#ifndef TESTS_PROPERTY_STORE_LINK_H_
#define TESTS_PROPERTY_STORE_LINK_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/store/key_store.h"
#include "tests/property/host.h"

namespace dkimkeeper::sim {

// Not thread-safe.
class StoreLink final : public KeyStore {
 public:
  struct Parts {
    KeyStore& store;
    Host& host;
    Chance& chance;
    Tally& tally;
    std::string& lease_holder;  // of all daemons, the last one
    // Told of each change that is durable, before anybody else is.
    std::function<void(const std::vector<Change>&)> committed;
    // Planted bugs: what a faulty service would have committed instead. May be empty.
    std::function<void(std::vector<Change>&)> spoil;
  };
  explicit StoreLink(Parts parts) : parts_(std::move(parts)) {}  // all must outlive this

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
  [[nodiscard]] bool Down() const { return !parts_.host.up() || parts_.host.cut_off(); }

  const Parts parts_;
  // A daemon prolongs its lease every ten seconds, and history does not go through each of them: as
  // long as it has the lease and nobody sets its clock, which is off by so much, it did. Nothing:
  // it has not had the lease all the time.
  std::optional<Span> watched_with_;
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_STORE_LINK_H_

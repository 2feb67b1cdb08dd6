// All that one run of a daemon has in its memory.
#ifndef TESTS_PROPERTY_PROCESS_H_
#define TESTS_PROPERTY_PROCESS_H_

#include <memory>
#include <string>

#include "server/lifecycle/key_operations.h"
#include "server/rotation/attempts.h"
#include "server/rotation/executor_lease.h"
#include "server/rotation/rotation.h"
#include "server/store/agents.h"
#include "server/store/heartbeat.h"
#include "server/tokens/tokens.h"
#include "tests/fakes/recording_audit_log.h"
#include "tests/property/scene.h"
#include "tests/property/store_link.h"
#include "tests/property/vault.h"
#include "tests/property/world_checker.h"
#include "tests/property/world_publisher.h"

namespace dkimkeeper::sim {

// Production code over the links of one host. Not thread-safe.
class Process {
 public:
  // Null: the store is away. Both must outlive it.
  [[nodiscard]] static std::unique_ptr<Process> Start(Scene& scene, Host& host);

  [[nodiscard]] Registry& registry() { return *registry_; }
  [[nodiscard]] Rotation& rotation() { return rotation_; }
  [[nodiscard]] ExecutorLease& lease() { return lease_; }
  [[nodiscard]] KeyOperations& operations() { return operations_; }
  [[nodiscard]] const Tokens& tokens() const { return tokens_; }

  // Takes over what others committed, tells that it lives, and what its agent acknowledges.
  void Beat();
  void LookAtTokens();
  // What it has read from the store is not too old: others count it as alive.
  [[nodiscard]] bool IsFresh() const;

 private:
  Process(Scene& scene, Host& host, std::unique_ptr<StoreLink> store,
          std::unique_ptr<Registry> registry);
  [[nodiscard]] WorldPublisher::Parts PublisherParts(bool by_hand) const;
  [[nodiscard]] RotationParts PartsOfRotation();

  Scene& scene_;
  Host& host_;
  std::unique_ptr<StoreLink> store_;
  std::unique_ptr<Registry> registry_;
  Heartbeat heartbeat_;
  Agents agents_;
  VaultLink main_;
  VaultLink spare_;
  EventLog events_;
  AlarmBoard alarms_;
  TokenHealth main_health_;
  TokenHealth spare_health_;
  Tokens tokens_;
  RecordingAuditLog audit_;
  Journal journal_;
  KeyOperations operations_;
  Attempts attempts_;
  ExecutorLease lease_;
  WorldChecker checker_;
  WorldPublisher by_hand_;
  WorldPublisher automatic_;
  WorldPublishers publishers_;
  Rotation rotation_;
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_PROCESS_H_

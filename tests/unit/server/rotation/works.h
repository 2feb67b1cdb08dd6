// The executor with all that it works with in memory, on a clock that a test moves: a store, two
// tokens and a zone that daemons share.
#ifndef TESTS_UNIT_SERVER_ROTATION_WORKS_H_
#define TESTS_UNIT_SERVER_ROTATION_WORKS_H_

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/rotation/rotation.h"
#include "tests/fakes/fake_token.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/memory_publisher.h"
#include "tests/fakes/memory_store.h"
#include "tests/fakes/quiet_tokens.h"
#include "tests/fakes/recording_audit_log.h"
#include "tests/fakes/sample_keys.h"
#include "tests/fakes/zone_checker.h"

namespace dkimkeeper {

// What all daemons share. Its policy: one Ed25519 line, records written by the publisher "zone",
// standby, rotation every 100 days less the spread, hand-over 1 h, drain 7 days, retention 30 days,
// records watched once a day.
struct World {
  World();

  MemoryStore store;
  FakeToken token{"main"};
  FakeToken second{"second"};
  ManualClock clock;
  MemoryPublisher zone;
  MemoryPublishers publishers;
  ZoneChecker checker{zone};
  Policy policy;

  [[nodiscard]] Timestamp now() const { return ToTimestamp(clock.Now()); }
};

// One daemon's executor. Starting it is starting the process; destroying it is kill -9.
class Works {
 public:
  explicit Works(World& world, std::string name = "one");

  World& world;
  std::vector<std::string> events;  // to be read while nothing runs
  RecordingAuditLog audit;
  Attempts attempts;
  std::optional<std::uint64_t> acknowledged;  // nothing: whatever is newest
  AgentList agents;                           // what they acknowledged

  [[nodiscard]] Registry& registry() { return *registry_; }
  [[nodiscard]] Rotation& rotation() { return *rotation_; }
  [[nodiscard]] ExecutorLease& lease() { return lease_; }
  [[nodiscard]] AlarmBoard& alarms() { return alarms_; }
  [[nodiscard]] const Tokens& tokens() const { return tokens_.all(); }

  // Changes the store behind everybody's back.
  void Put(const std::vector<Change>& changes);
  void AddDomain(std::string_view name);

  // Renews the lease, and takes whatever is due until nothing is: "publish", or "prove: kWaits".
  std::vector<std::string> Run();
  // Lets so much time pass, stopping wherever a step is due.
  std::vector<std::string> RunFor(std::chrono::milliseconds duration);

  // All rows of the domain example.com, oldest first.
  [[nodiscard]] std::vector<KeyPtr> Keys();
  // Their states: "ACTIVE PENDING".
  [[nodiscard]] std::string States();
  // "record.lost example.com/s1", by name.
  [[nodiscard]] std::vector<std::string> Alarms();
  // The step of that kind that is planned now.
  [[nodiscard]] std::optional<Step> Planned(StepKind kind);

 private:
  std::mutex writing_;
  EventLog log_;
  AlarmBoard alarms_;
  std::unique_ptr<Registry> registry_;
  Journal journal_;
  QuietTokens tokens_;
  KeyOperations operations_;
  ExecutorLease lease_;
  std::unique_ptr<Rotation> rotation_;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_ROTATION_WORKS_H_

#include "tests/property/process.h"

#include <algorithm>
#include <utility>

#include "tests/property/operators.h"
#include "tests/property/spoilt_commits.h"

namespace dkimkeeper::sim {
namespace {

// A daemon that was not heard of for so long counts as gone.
constexpr auto kSnapshotMaxAge = std::chrono::minutes(10);

// What waits in it would run in a thread of its own: nothing does.
WorkQueue& Idle() {
  static WorkQueue queue({.threads = 1, .limit = 1});
  return queue;
}

std::unique_ptr<StoreLink> LinkTo(Scene& scene, Host& host) {
  return std::make_unique<StoreLink>(StoreLink::Parts{
      .store = scene.store,
      .host = host,
      .chance = scene.chance,
      .tally = scene.tally,
      .lease_holder = scene.trouble.lease_holder,
      .committed = [&scene](const std::vector<Change>& made) { scene.judge.Committed(made); },
      .spoil = SpoilerFor(scene)});
}

VaultLink::Parts LinkTo(Vault& vault, Scene& scene, Host& host) {
  return {vault, host, scene.agenda, scene.tally, [&scene](const KeyId& id) {
            const auto contents = scene.store.Load();
            return std::ranges::any_of(contents->keys,
                                       [&](const auto& row) { return row.second->id == id; });
          }};
}

}  // namespace

std::unique_ptr<Process> Process::Start(Scene& scene, Host& host) {
  auto store = LinkTo(scene, host);
  auto registry = Registry::Open(*store, OperatorsGrants());
  if (!registry) return nullptr;
  return std::unique_ptr<Process>(new Process(scene, host, std::move(store), *std::move(registry)));
}

Process::Process(Scene& scene, Host& host, std::unique_ptr<StoreLink> store,
                 std::unique_ptr<Registry> registry)
    : scene_(scene),
      host_(host),
      store_(std::move(store)),
      registry_(std::move(registry)),
      heartbeat_(*store_, *registry_, host, {host.name(), kSnapshotMaxAge}),
      agents_(*store_),
      main_(LinkTo(scene.main, scene, host)),
      spare_(LinkTo(scene.spare, scene, host)),
      events_([](Severity, std::string_view) {}),
      alarms_(events_),
      main_health_(main_, alarms_, host),
      spare_health_(spare_, alarms_, host),
      tokens_({{"main", main_, Idle(), Idle(), main_health_, {}},
               {"spare", spare_, Idle(), Idle(), spare_health_, {}}}),
      journal_(events_, audit_, host),
      operations_({*registry_, tokens_, journal_, host, scene.policy}),
      lease_(*store_, host.name(), host),
      checker_(
          {.world = scene.world,
           .host = host,
           .proven = [&scene](const RecordQuestion& question) { scene.judge.Proven(question); },
           .hasty = scene.bug == PlantedBug::kHastyProof}),
      by_hand_(PublisherParts(true)),
      automatic_(PublisherParts(false)),
      publishers_(by_hand_, automatic_),
      rotation_(PartsOfRotation()) {}

WorldPublisher::Parts Process::PublisherParts(bool by_hand) const {
  Scene& scene = scene_;
  return {.world = scene.world,
          .owner = scene.owner,
          .host = host_,
          .chance = scene.chance,
          .tally = scene.tally,
          .trouble = scene.trouble,
          .publishing = [&scene](const RecordChange& change) { scene.judge.Publishing(change); },
          .writing =
              [&scene](const Domain& domain, const std::string& name) {
                scene.judge.Writing(domain, name, Hand::kPublisher);
              },
          .by_hand = by_hand,
          .blind = scene.bug == PlantedBug::kBlindRemoval};
}

RotationParts Process::PartsOfRotation() {
  return {.registry = *registry_,
          .store = *store_,
          .lease = lease_,
          .tokens = tokens_,
          .operations = operations_,
          .checker = checker_,
          .render_check = [](const RecordCheck&) { return std::string(); },
          .publishers = publishers_,
          .attempts = attempts_,
          .alarms = alarms_,
          .events = events_,
          .journal = journal_,
          .identity = Identity::Parse("unix:executor").value(),
          .clock = host_,
          .policy = scene_.policy,
          .acknowledged = [this] { return heartbeat_.Acknowledged(); },
          .slowest_clock = [this] { return heartbeat_.SlowestClock(); },
          .agents = [this] { return agents_.Get(); }};
}

// The agent takes only some lists at once, so that it is behind now and then; whom that holds up is
// decided without the dice, which belong to what befalls the service.
void Process::Beat() {
  if (!heartbeat_.Beat()) return;
  const std::uint64_t generation = registry_->Get()->contents.generation;
  const Timestamp now = host_.Wall();
  if (generation % 3 == 0) agents_.Note({OperatorIdentity(), generation, now});
  (void)agents_.Exchange(now);
}

void Process::LookAtTokens() {
  (void)main_health_.Look();
  (void)spare_health_.Look();
}

bool Process::IsFresh() const { return registry_->SnapshotAge(host_.Steady()) < kSnapshotMaxAge; }

}  // namespace dkimkeeper::sim

#include "tests/unit/server/rotation/works.h"

#include <algorithm>

#include "server/keys/key_state.h"

namespace dkimkeeper {
namespace {

using std::chrono::days;

std::string EndName(StepEnd end) {
  switch (end) {
    case StepEnd::kDone:
      return "";
    case StepEnd::kWaits:
      return ": waits";
    case StepEnd::kFailed:
      return ": failed";
    case StepEnd::kGone:
      return ": gone";
  }
  return "";
}

}  // namespace

World::World() {
  // The fake token measures deadlines with the machine's clock: stay ahead of it.
  clock.Advance(std::chrono::years(50));
  clock.JumpTo(sample::Minute(0));
  publishers.Add("zone", zone);
  KeyPolicy& keys = policy.defaults;
  keys.algorithms = {Algorithm::kEd25519Sha256};
  keys.publisher = "zone";
  keys.rotation_period = days(100);
  keys.watch_interval = days(1);
}

Works::Works(World& shared, std::string name)
    : world(shared),
      log_([this](Severity, std::string_view line) {
        const std::lock_guard lock(writing_);
        events.emplace_back(line);
      }),
      alarms_(log_),
      registry_(Registry::Open(shared.store, {}).value()),
      journal_(log_, audit, shared.clock),
      tokens_({{.token = shared.token}, {.token = shared.second}}, shared.clock),
      operations_({*registry_, tokens_, journal_, shared.clock, shared.policy}),
      lease_(shared.store, std::move(name), shared.clock),
      rotation_(std::make_unique<Rotation>(RotationParts{
          .registry = *registry_,
          .store = shared.store,
          .lease = lease_,
          .tokens = tokens_,
          .operations = operations_,
          .checker = shared.checker,
          .render_check = [](const RecordCheck& check) { return check.name; },
          .publishers = shared.publishers,
          .attempts = attempts,
          .alarms = alarms_,
          .events = log_,
          .journal = journal_,
          .identity = sample::IdentityOf("unix:executor"),
          .clock = shared.clock,
          .policy = shared.policy,
          .acknowledged =
              [this] { return acknowledged.value_or(registry_->Get()->contents.generation); },
          .agents = [this] { return std::make_shared<const AgentList>(agents); }})) {}

void Works::Put(const std::vector<Change>& changes) {
  (void)world.store.Commit(world.store.Generation().value(), changes, {}, sample::Minute(0))
      .value();
  (void)registry_->Refresh();
}

void Works::AddDomain(std::string_view name) {
  Put({PutDomain{{.domain = sample::DomainOf(name),
                  .allow_underscore = false,
                  .fail_policy = FailPolicy::kTempfail,
                  .senders = {Sender::Default()},
                  .created_at = world.now()}}});
}

std::vector<std::string> Works::Run() {
  std::vector<std::string> taken;
  // More would be a step that is due again and again.
  for (int i = 0; i < 200; ++i) {
    (void)lease_.Renew();
    const auto steps = rotation_->Plan();
    const auto due = std::ranges::find_if(steps, [this](const Step& step) {
      return !step.advice && step.due <= world.now() && step.kind != StepKind::kEndHandOver;
    });
    if (due == steps.end()) return taken;
    const StepEnd end = rotation_->Perform(*due);
    taken.push_back(std::string(StepName(due->kind)) + EndName(end));
    if (end == StepEnd::kGone) return taken;
  }
  taken.emplace_back("and so on, for ever");
  return taken;
}

std::vector<std::string> Works::RunFor(std::chrono::milliseconds duration) {
  const Timestamp end = world.now() + duration;
  std::vector<std::string> taken = Run();
  while (world.now() < end) {
    (void)lease_.Renew();
    Timestamp next = end;
    for (const Step& step : rotation_->Plan()) {
      if (!step.advice && step.due > world.now()) next = std::min(next, step.due);
    }
    world.clock.Advance(next - world.now());
    std::ranges::move(Run(), std::back_inserter(taken));
  }
  return taken;
}

std::vector<KeyPtr> Works::Keys() {
  std::vector<KeyPtr> keys;
  for (const auto& [name, key] : registry_->Get()->contents.keys) {
    if (name.first == sample::DomainOf("example.com")) keys.push_back(key);
  }
  std::ranges::sort(keys, {}, [](const KeyPtr& key) { return key->created_at; });
  return keys;
}

std::string Works::States() {
  std::string states;
  for (const KeyPtr& key : Keys()) {
    states.append(states.empty() ? "" : " ").append(KeyStateName(StateAt(*key, world.now())));
  }
  return states;
}

std::vector<std::string> Works::Alarms() {
  std::vector<std::string> names;
  for (const Alarm& alarm : alarms_.List()) names.push_back(alarm.name + " " + alarm.subject);
  return names;
}

std::optional<Step> Works::Planned(StepKind kind) {
  (void)lease_.Renew();
  for (Step& step : rotation_->Plan()) {
    if (step.kind == kind) return std::move(step);
  }
  return std::nullopt;
}

}  // namespace dkimkeeper

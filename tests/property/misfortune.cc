#include "tests/property/misfortune.h"

namespace dkimkeeper::sim {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto kStrangersRecord =
    "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

}  // namespace

void Misfortune::Start() {
  Every(days(25), &Misfortune::TroubleServer);
  Every(days(300), &Misfortune::TroubleResolver);
  Every(days(120), &Misfortune::TroubleToken);
  Every(days(300), &Misfortune::ChangeRecord);
  Every(days(120), &Misfortune::Kill);
  Every(days(120), &Misfortune::CutOff);
  Every(days(250), &Misfortune::JumpClock);
}

void Misfortune::Every(Span mean, void (Misfortune::*happen)()) {
  scene_.agenda.In(scene_.chance.Until(mean), [this, mean, happen] {
    if (!scene_.trouble.on) return;
    (this->*happen)();
    Every(mean, happen);
  });
}

std::optional<Domain> Misfortune::AnyZone() {
  const auto contents = scene_.store.Load();
  if (contents->domains.empty()) return std::nullopt;
  auto entry = contents->domains.begin();
  std::advance(entry, static_cast<std::ptrdiff_t>(scene_.chance.Below(contents->domains.size())));
  return entry->first;
}

void Misfortune::TroubleServer() {
  const auto zone = AnyZone();
  if (!zone) return;
  const std::size_t server = scene_.chance.Below(scene_.world.ServersOf(*zone));
  if (scene_.chance.Of(0.3)) {
    scene_.tally.Add(Kind::kServerVanished);
    scene_.world.Vanish(*zone, server, scene_.chance.Between(hours(1), days(9)));
    return;
  }
  static const std::vector<std::pair<Lie, Kind>> lies = {
      {Lie::kRefused, Kind::kServerRefused},
      {Lie::kOldData, Kind::kServerShowedOldData},
      {Lie::kOtherKey, Kind::kServerShowedOtherKey},
      {Lie::kTwoRecords, Kind::kServerShowedTwoRecords},
      {Lie::kNothing, Kind::kServerShowedNothing}};
  const auto& [lie, kind] = scene_.chance.Pick(lies);
  scene_.tally.Add(kind);
  scene_.world.TellLies(*zone, server, lie, scene_.chance.Between(minutes(10), days(6)));
}

void Misfortune::TroubleResolver() {
  scene_.tally.Add(Kind::kResolverFailed);
  scene_.world.FailResolver(scene_.chance.Below(DnsWorld::kResolvers),
                            scene_.chance.Between(minutes(1), days(2)));
}

void Misfortune::TroubleToken() {
  Vault& vault = scene_.chance.Of(0.5) ? scene_.main : scene_.spare;
  vault.GoAway(scene_.agenda.now() + scene_.chance.Between(minutes(1), days(3)));
}

// A stranger's hand, and perhaps somebody who puts it right after a while.
void Misfortune::ChangeRecord() {
  const auto contents = scene_.store.Load();
  if (contents->keys.empty()) return;
  auto row = contents->keys.begin();
  std::advance(row, static_cast<std::ptrdiff_t>(scene_.chance.Below(contents->keys.size())));
  const auto& [domain, selector] = row->first;
  const std::string name = KeyRecordName(selector, domain).value();
  const Records before = scene_.world.At(domain, name);
  if (before.txt.empty()) return;
  scene_.tally.Add(Kind::kForeignChange);
  Records after = before;
  const std::size_t what = scene_.chance.Below(3);
  if (what == 0) after.txt.clear();
  if (what == 1) after.txt = {kStrangersRecord};
  if (what == 2) after.txt.emplace_back("a note beside it");
  scene_.judge.Writing(domain, name, Hand::kStranger);
  scene_.world.Put(domain, name, after, Hand::kStranger);
  if (!scene_.chance.Of(0.5)) return;
  scene_.agenda.In(scene_.chance.Between(hours(1), days(20)), [=, this, zone = domain] {
    if (scene_.world.At(zone, name) != after) return;
    scene_.world.Put(zone, name, before, Hand::kOwner);
  });
}

void Misfortune::Kill() {
  scene_.tally.Add(Kind::kCrash);
  scene_.chance.Pick(daemons_)->Kill();
}

void Misfortune::CutOff() {
  scene_.tally.Add(Kind::kStoreCutOff);
  scene_.chance.Pick(daemons_)->host().CutOff(scene_.chance.Between(seconds(30), days(2)));
  scene_.trouble.wake_all();
}

// Far, and mostly set right again after a while.
void Misfortune::JumpClock() {
  Daemon* daemon = scene_.chance.Pick(daemons_);
  const bool forward = scene_.chance.Of(0.5);
  const Span by = scene_.chance.Between(minutes(1), days(400));
  scene_.tally.Add(forward ? Kind::kClockForward : Kind::kClockBack);
  daemon->host().Jump(forward ? by : -by);
  daemon->Wake();
  if (!scene_.chance.Of(0.8)) return;
  scene_.agenda.In(scene_.chance.Between(minutes(5), days(20)), [this, daemon] {
    if (daemon->host().offset() == Span(0)) return;
    scene_.tally.Add(daemon->host().offset() < Span(0) ? Kind::kClockForward : Kind::kClockBack);
    daemon->host().SetRight();
    daemon->Wake();
  });
}

}  // namespace dkimkeeper::sim

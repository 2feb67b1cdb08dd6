#include "tests/property/operators.h"

#include <algorithm>
#include <array>

#include "server/keys/key_state.h"
#include "server/lifecycle/domain_decisions.h"
#include "server/lifecycle/key_decisions.h"
#include "server/lifecycle/policy_decisions.h"
#include "server/lifecycle/removal_decisions.h"
#include "server/lifecycle/rotate_decisions.h"
#include "server/lifecycle/token_decisions.h"

namespace dkimkeeper::sim {
namespace {

using std::chrono::days;
using std::chrono::hours;

const std::vector<std::string> kDomains = {"one.example", "two.example", "three.example"};
const std::vector<std::string> kSenders = {"default", "news"};

Sender SenderOf(const std::string& name) { return Sender::Parse(name).value(); }

bool NeverUsed(const Key& key) {
  return key.public_key && !key.activated_at && !key.retired_at && !IsBarred(key);
}
bool Reigns(const Key& key) { return key.activated_at && !key.retired_at && !IsBarred(key); }
bool Lives(const Key& key) { return key.public_key && !key.destroying_at && !key.destroyed_at; }

struct Choice {
  const char* name;
  std::vector<std::string> values;
};

const std::vector<Choice>& Choices() {
  static const std::vector<Choice> choices = {
      {"rotation_period", {"30d", "60d", "90d", "180d", "365d"}},
      {"standby", {"yes", "no"}},
      {"publish_ahead", {"1d", "7d", "20d"}},
      {"handover_window", {"15m", "1h", "6h", "48h"}},
      {"drain", {"1d", "3d", "7d", "14d"}},
      {"revoked_retention", {"1d", "10d", "30d"}},
      {"record_ttl", {"60s", "1h", "24h"}},
      {"waive_unreachable", {"0s", "48h"}},
      {"on_record_lost", {"alarm", "switch"}},
      {"publisher", {"auto", "auto", "manual"}},
      {"mode", {"auto", "auto", "auto", "manual"}},
      {"algorithms", {"ed25519-sha256", "rsa-sha256", "rsa-sha256 ed25519-sha256"}},
      {"ed25519_selectors", {"", "e1 e2 e3 e4 e5 e6 e7 e8 e9"}},
  };
  return choices;
}

}  // namespace

Identity OperatorIdentity() { return Identity::Parse("unix:operator").value(); }

std::set<Grant> OperatorsGrants() {
  std::set<Grant> grants;
  for (const Verb verb : {Verb::kSign, Verb::kRotate, Verb::kAudit, Verb::kAdminister}) {
    grants.insert({OperatorIdentity(), verb, Scope::Everything()});
  }
  return grants;
}

const Contents& Operators::Now() {
  contents_ = *scene_.store.Load();
  return contents_;
}

const DomainEntry* Operators::AnyDomain() {
  const auto& domains = Now().domains;
  if (domains.empty()) return nullptr;
  auto entry = domains.begin();
  std::advance(entry, static_cast<std::ptrdiff_t>(scene_.chance.Below(domains.size())));
  return &entry->second;
}

std::shared_ptr<const Key> Operators::AnyKey(bool (*fits)(const Key&)) {
  std::vector<std::shared_ptr<const Key>> keys;
  for (const auto& [name, key] : Now().keys) {
    if (fits(*key)) keys.push_back(key);
  }
  return keys.empty() ? nullptr : scene_.chance.Pick(keys);
}

Daemon* Operators::AnyDaemon() {
  std::vector<Daemon*> reached;
  for (Daemon* daemon : daemons_) {
    if (daemon->process() != nullptr && !daemon->host().cut_off()) reached.push_back(daemon);
  }
  return reached.empty() ? nullptr : scene_.chance.Pick(reached);
}

bool Operators::Do(const Decide& decide) {
  Daemon* daemon = AnyDaemon();
  if (daemon == nullptr) return false;
  bool changes = false;
  const auto done = daemon->process()->registry().Update(
      daemon->host().Wall(), [&](const View& view) -> Result<Decision> {
        auto decision = decide(view, *daemon);
        if (!decision) return decision;
        changes = !decision->changes.empty();
        for (const Change& change : decision->changes) {
          const auto* put = std::get_if<PutKey>(&change);
          const bool stops = put != nullptr && (put->key.revoked_at || put->key.compromised);
          if (stops) scene_.judge.Stopped(LineOf(put->key));
        }
        return decision;
      });
  scene_.trouble.wake_all();
  return done && changes;
}

bool Operators::Do(Kind kind, const Decide& decide) {
  const bool done = Do(decide);
  if (done) scene_.tally.Add(kind);
  return done;
}

PolicySettings Operators::AnySettings() {
  PolicySettings settings;
  const std::size_t count = 1 + scene_.chance.Below(3);
  for (std::size_t i = 0; i < count; ++i) {
    const Choice& choice = scene_.chance.Pick(Choices());
    settings[choice.name] = scene_.chance.Pick(choice.values);
  }
  return settings;
}

void Operators::AddDomain(const std::string& name) {
  const Domain domain = Domain::Parse(name).value();
  scene_.world.AddZone(domain);
  const bool done = Do(Kind::kAddDomain, [&](const View& view, const Daemon& by) {
    DomainEntry entry{.domain = domain,
                      .senders = {Sender::Default()},
                      .created_at = by.host().Wall(),
                      .placement = {.token = "main", .standby_token = "spare"},
                      .delegation_label = KeyId::Random().ToHex().substr(0, 16)};
    return DecideAddDomain(view, OperatorIdentity(), std::move(entry),
                           by.process()->tokens().Terms());
  });
  if (!done) return;
  const PolicySettings settings = AnySettings();
  (void)Do([&](const View& view, const Daemon& /*by*/) {
    return DecideSetPolicy(view, OperatorIdentity(), {.domain = domain, .set = settings},
                           scene_.policy);
  });
}

void Operators::Begin() { AddDomain(kDomains.front()); }

void Operators::Start() {
  scene_.agenda.In(scene_.chance.Until(days(20)), [this] {
    if (!scene_.trouble.on) return;
    GiveOne();
    Start();
  });
}

void Operators::GiveOne() {
  static constexpr std::array kCommands = {Command{12, &Operators::ChangePolicy},
                                           Command{5, &Operators::Pause},
                                           Command{7, &Operators::Resume},
                                           Command{6, &Operators::Rotate},
                                           Command{3, &Operators::RotateCompromised},
                                           Command{2, &Operators::Revoke},
                                           Command{3, &Operators::RevokeCompromised},
                                           Command{1, &Operators::CompromiseToken},
                                           Command{3, &Operators::Generate},
                                           Command{2, &Operators::ActivateOverride},
                                           Command{3, &Operators::Retire},
                                           Command{3, &Operators::AddSender},
                                           Command{2, &Operators::RemoveSender},
                                           Command{2, &Operators::AddAnyDomain},
                                           Command{2, &Operators::RemoveDomain},
                                           Command{3, &Operators::CheckNow}};
  std::size_t total = 0;
  for (const Command& command : kCommands) total += static_cast<std::size_t>(command.weight);
  auto left = static_cast<int>(scene_.chance.Below(total));
  for (const Command& command : kCommands) {
    left -= command.weight;
    if (left < 0) return (this->*command.give)();
  }
}

void Operators::AddAnyDomain() { AddDomain(scene_.chance.Pick(kDomains)); }

void Operators::RemoveDomain() {
  const DomainEntry* entry = AnyDomain();
  if (entry == nullptr) return;
  Do(Kind::kRemoveDomain, [&, domain = entry->domain](const View& view, const Daemon& by) {
    return DecideRemoveDomain(view, OperatorIdentity(), domain, scene_.policy, by.host().Wall());
  });
}

void Operators::AddSender() {
  const DomainEntry* entry = AnyDomain();
  if (entry == nullptr) return;
  Do(Kind::kAddSender, [domain = entry->domain](const View& view, const Daemon& /*by*/) {
    return DecideAddSender(view, OperatorIdentity(), domain, SenderOf("news"));
  });
}

void Operators::RemoveSender() {
  const DomainEntry* entry = AnyDomain();
  if (entry == nullptr) return;
  Do(Kind::kRemoveSender, [&, domain = entry->domain](const View& view, const Daemon& by) {
    return DecideRemoveSender(view, OperatorIdentity(), domain, SenderOf("news"), scene_.policy,
                              by.host().Wall());
  });
}

void Operators::ChangePolicy() {
  const DomainEntry* entry = AnyDomain();
  if (entry == nullptr) return;
  PolicyRequest request{.domain = entry->domain, .set = AnySettings()};
  if (scene_.chance.Of(0.3)) request.sender = SenderOf(scene_.chance.Pick(kSenders));
  Do(Kind::kPolicyChange, [&](const View& view, const Daemon& /*by*/) {
    return DecideSetPolicy(view, OperatorIdentity(), request, scene_.policy);
  });
}

void Operators::Pause() {
  const DomainEntry* entry = AnyDomain();
  if (entry == nullptr) return;
  Do(Kind::kPause, [domain = entry->domain](const View& view, const Daemon& by) {
    return DecidePause(view, OperatorIdentity(), domain, by.host().Wall());
  });
}

void Operators::Resume() {
  for (const auto& [domain, entry] : Contents(Now()).domains) {
    if (!entry.paused_at) continue;
    Do(Kind::kResume, [&](const View& view, const Daemon& by) {
      return DecideResume(view, OperatorIdentity(), domain, by.host().Wall());
    });
  }
}

void Operators::Rotate() {
  const auto key = AnyKey(Reigns);
  if (!key) return;
  Do(Kind::kRotate, [&](const View& view, const Daemon& by) {
    return DecideRotate(view, OperatorIdentity(), {.domain = key->domain, .sender = key->sender},
                        scene_.policy, by.process()->tokens().Terms(), by.host().Wall());
  });
}

void Operators::RotateCompromised() {
  const auto key = AnyKey(Reigns);
  if (!key) return;
  const RotateRequest request{.domain = key->domain,
                              .sender = key->sender,
                              .compromised = true,
                              .destroy_now = scene_.chance.Of(0.3)};
  Do(Kind::kRotateCompromised, [&](const View& view, const Daemon& by) {
    return DecideRotate(view, OperatorIdentity(), request, scene_.policy,
                        by.process()->tokens().Terms(), by.host().Wall());
  });
}

void Operators::Revoke() {
  const auto key = AnyKey(Lives);
  if (!key) return;
  Do(Kind::kRevoke, [&](const View& view, const Daemon& by) {
    return DecideRevoke(view, OperatorIdentity(), {key->domain, key->selector}, {}, scene_.policy,
                        by.process()->tokens().Terms(), by.host().Wall());
  });
}

void Operators::RevokeCompromised() {
  const auto key = AnyKey(Lives);
  if (!key) return;
  const Revocation how{.compromised = true, .destroy_now = scene_.chance.Of(0.3)};
  Do(Kind::kRevokeCompromised, [&](const View& view, const Daemon& by) {
    return DecideRevoke(view, OperatorIdentity(), {key->domain, key->selector}, how, scene_.policy,
                        by.process()->tokens().Terms(), by.host().Wall());
  });
}

// Never the spare one: nothing could become active any more.
void Operators::CompromiseToken() {
  Do(Kind::kTokenCompromised, [&](const View& view, const Daemon& by) {
    return DecideCompromiseToken(view, OperatorIdentity(), "main", scene_.chance.Of(0.3),
                                 scene_.policy, by.process()->tokens().Terms(), by.host().Wall());
  });
}

void Operators::Generate() {
  const DomainEntry* entry = AnyDomain();
  Daemon* daemon = AnyDaemon();
  if (entry == nullptr || daemon == nullptr) return;
  const Mutation mutation{OperatorIdentity(), KeyId::Random().ToHex(), "generate"};
  const auto made = daemon->process()->operations().Generate(
      mutation, {.domain = entry->domain, .algorithm = Algorithm::kEd25519Sha256});
  if (made) scene_.tally.Add(Kind::kGenerateByHand);
  scene_.trouble.wake_all();
}

void Operators::ActivateOverride() {
  const auto key = AnyKey(NeverUsed);
  if (!key) return;
  Do(Kind::kActivateOverride, [&](const View& view, const Daemon& by) {
    return DecideActivate(view, OperatorIdentity(), {key->domain, key->selector},
                          "this is a history", by.process()->tokens().Terms(), scene_.policy,
                          by.host().Wall());
  });
}

void Operators::Retire() {
  const auto key = AnyKey(NeverUsed);
  if (!key) return;
  Do(Kind::kRetire, [&](const View& view, const Daemon& by) {
    return DecideRetire(view, OperatorIdentity(), {key->domain, key->selector}, by.host().Wall());
  });
}

void Operators::CheckNow() {
  const auto key = AnyKey(Lives);
  Daemon* daemon = AnyDaemon();
  if (!key || daemon == nullptr) return;
  (void)daemon->process()->rotation().CheckNow(*key);
}

void Operators::SetRight() {
  Resume();
  for (const auto& [domain, entry] : Contents(Now()).domains) {
    std::vector<std::optional<Sender>> whose = {std::nullopt};
    for (const auto& [sender, settings] : entry.sender_policies) whose.emplace_back(sender);
    for (const auto& sender : whose) {
      (void)Do([&](const View& view, const Daemon& /*by*/) {
        return DecideSetPolicy(view, OperatorIdentity(),
                               {.domain = domain, .sender = sender, .unset = {"mode"}},
                               scene_.policy);
      });
    }
  }
}

}  // namespace dkimkeeper::sim

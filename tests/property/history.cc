#include "tests/property/history.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "server/keys/key_state.h"
#include "server/rotation/planner.h"
#include "tests/property/daemon.h"
#include "tests/property/mail.h"
#include "tests/property/misfortune.h"
#include "tests/property/operators.h"
#include "tests/property/seeded_openssl.h"

namespace dkimkeeper::sim {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr Span kTrouble = days(5 * 365);
constexpr Span kWell = days(500);
// A step that is due for longer, with all well, is stuck.
constexpr auto kStuck = days(2);

KeyPolicy Defaults() {
  KeyPolicy policy;
  policy.algorithms = {Algorithm::kEd25519Sha256};
  policy.publisher = "auto";
  policy.watch_interval = days(21);
  return policy;
}

class History {
 public:
  History(std::uint64_t seed, PlantedBug bug) : scene_(seed, bug) {
    scene_.policy.defaults = Defaults();
    scene_.policy.allow_activation_without_dns_proof = true;
    scene_.agenda.OnAdvance([this](Instant to) {
      for (Daemon* daemon : daemons_) daemon->TellJudge(to);
    });
    scene_.agenda.OnQuiet([this] {
      for (Daemon* daemon : daemons_) daemon->LiveOn();
    });
    scene_.trouble.wake_all = [this] {
      for (Daemon* daemon : daemons_) daemon->Wake();
    };
  }

  Verdict Tell(std::optional<int> until_broken) {
    PutForeignKey();
    for (Daemon* daemon : daemons_) daemon->Start();
    operators_.Begin();
    operators_.Start();
    misfortune_.Start();
    mail_.Start();
    scene_.judge.OnHandOver([this](const Key& key) { mail_.SignLate(key); });
    if (RunUntil(Instant(kTrouble), until_broken)) {
      EndTrouble();
      if (RunUntil(Instant(kTrouble + kWell), until_broken)) JudgeEnd();
    }
    return {scene_.judge.blames(), scene_.judge.broken(), scene_.tally};
  }

 private:
  // Whether it came that far.
  bool RunUntil(Instant end, std::optional<int> until_broken) {
    while (scene_.agenda.now() < end) {
      if (until_broken && scene_.judge.broken().contains(*until_broken)) return false;
      scene_.agenda.RunUntil(std::min(end, scene_.agenda.now() + days(10)));
    }
    return true;
  }

  void PutForeignKey() {
    const SoftwareKey key = SoftwareKey::Ed25519();
    scene_.main.keys().emplace(foreign_, Vault::Entry{key, TokenKey{.id = foreign_,
                                                                    .label = "somebody else's",
                                                                    .public_key = key.public_key(),
                                                                    .rsa_bits = 0,
                                                                    .attributes = {}}});
  }

  void EndTrouble() {
    scene_.trouble.on = false;
    scene_.world.EndTrouble();
    scene_.main.GoAway({});
    scene_.spare.GoAway({});
    for (Daemon* daemon : daemons_) {
      daemon->host().Reconnect();
      daemon->host().SetRight();
      daemon->Start();
      daemon->Wake();
    }
    scene_.agenda.RunUntil(scene_.agenda.now() + days(4));
    operators_.SetRight();
  }

  // Invariant 5, and that nothing is left behind.
  void JudgeEnd() {
    const ViewPtr view = one_.process()->registry().Get();
    const Attempts none;
    const auto tokens = one_.process()->tokens().Terms();
    const Timestamp now = one_.host().Wall();
    for (const Step& step :
         PlanAll(*view, {scene_.policy, tokens, none, view->contents.generation}, now)) {
      if (step.due + kStuck > now || MayWait(*view, step)) continue;
      scene_.judge.Blame(5, "still to do: " + std::string(StepName(step.kind)) + " " +
                                (step.selector ? step.selector->str() : "") + ": " + step.what +
                                "; waits for " + step.waits_for);
    }
    JudgeTokens(*view);
  }

  // A pool may be too small for its senders, and a stranger's record is for an operator to look at.
  [[nodiscard]] bool MayWait(const View& view, const Step& step) const {
    if (step.kind == StepKind::kWatch) return true;
    if (step.kind == StepKind::kGenerate) {
      const KeyPolicy policy = PolicyOf(view, step.domain, step.sender, scene_.policy);
      return policy.selector_pools.contains(step.algorithm);
    }
    return step.selector && scene_.judge.IsStrangers(step.domain, *step.selector);
  }

  void JudgeTokens(const View& view) {
    std::set<KeyId> known = {foreign_};
    for (const auto& [name, key] : view.contents.keys) {
      Vault& vault = key->token == "main" ? scene_.main : scene_.spare;
      const bool there = vault.keys().contains(key->id);
      known.insert(key->id);
      if (there == key->destroyed_at.has_value()) {
        scene_.judge.Blame(
            5, name.second.str() + (there ? " is left in" : " is missing from") + " its token");
      }
    }
    for (Vault* vault : {&scene_.main, &scene_.spare}) {
      for (const auto& [id, entry] : vault->keys()) {
        if (!known.contains(id) && !entry.late)
          scene_.judge.Blame(5, "an orphan in the token: " + entry.seen.label);
      }
    }
    if (!scene_.main.keys().contains(foreign_)) scene_.judge.Blame(4, "a foreign key is gone");
  }

  Scene scene_;
  Daemon one_{scene_, "one"};
  Daemon two_{scene_, "two"};
  const std::vector<Daemon*> daemons_ = {&one_, &two_};
  Operators operators_{scene_, daemons_};
  Misfortune misfortune_{scene_, daemons_};
  Mail mail_{scene_, daemons_};
  const KeyId foreign_ = KeyId::FromBytes("somebody else's").value();
};

}  // namespace

Verdict TellHistory(std::uint64_t seed) {
  SeedOpenSsl(seed);
  return History(seed, PlantedBug::kNone).Tell(std::nullopt);
}

Verdict TellHistory(std::uint64_t seed, PlantedBug bug, int invariant) {
  SeedOpenSsl(seed);
  return History(seed, bug).Tell(invariant);
}

}  // namespace dkimkeeper::sim

#include "server/rotation/record_work.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "proto/reason.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/succession.h"
#include "server/lifecycle/token_admission.h"
#include "server/rotation/rotation_decisions.h"

namespace dkimkeeper {
namespace {

// What a publisher says that it did may take so long to show; then it is asked again.
constexpr std::chrono::hours kPropagation{1};
// A record that is none of ours may be a server that lags; after so long it is somebody's choice.
constexpr std::chrono::hours kSettled{24};

Outcome Done(const Result<Updated>& updated) {
  if (!updated) return Forward(updated);
  return {};
}

// Also where the check says that it is proven, with a key that is not the token's.
std::string WhyNoProof(const RecordCheck& check) {
  std::string problem = ProblemOf(check);
  return problem.empty() ? "what DNS shows is not the key that the token has" : problem;
}

// The key that would take over from `lost` at once; its record is looked at when it does. Null:
// there is none.
KeyPtr StandbyFor(const View& view, const Key& lost, std::span<const TokenTerms> tokens,
                  Timestamp now) {
  KeyPtr standby;
  for (const KeyPtr& key : KeysOf(view, lost.domain)) {
    const bool ready = StateAt(*key, now) == KeyState::kPublished && !IsBarred(*key) &&
                       key->usable_from.value_or(now) <= now;
    if (LineOf(*key) != LineOf(lost) || !ready) continue;
    if (!CheckMayActivate(view, *key, tokens)) continue;
    if (!standby || key->created_at < standby->created_at) standby = key;
  }
  return standby;
}

// As long as the record of `lost`, which signs, is not there.
Registry::Decide IfStillLost(const Key& lost, Timestamp now, Registry::Decide decide) {
  return [lost, now, decide = std::move(decide)](const View& view) -> Result<Decision> {
    const auto row = view.keyring.Find(lost.domain, lost.selector);
    if (row && row->id == lost.id && row->record_lost_at &&
        StateAt(*row, now) == KeyState::kActive) {
      return decide(view);
    }
    return Fail(Code::kAborted, reason::kChangedSinceRead,
                "key " + NameOf(lost) + " does not need a successor at once any more");
  };
}

}  // namespace

RecordWork::RecordWork(const RotationParts& parts, LeasedRegistry& registry)
    : parts_(parts),
      registry_(registry),
      looks_({parts.checker, parts.store, parts.render_check, parts.clock}) {}

KeyPolicy RecordWork::PolicyFor(const Key& key) const {
  return PolicyOf(*registry_.Get(), key.domain, key.sender, parts_.policy);
}

RecordWork::Commit RecordWork::Leased() {
  return [this](const Registry::Decide& decide) { return registry_.Update(decide); };
}

RecordCheck RecordWork::LookAt(const Key& key, StageOf stage) {
  return looks_.Look(key, WishFor(stage), PolicyFor(key));
}

Result<Waits> RecordWork::Change(const Key& key, StageOf stage, const Guard& guard) {
  const KeyPolicy policy = PolicyFor(key);
  const std::string name = stage == &Key::shown ? policy.publisher : key.publisher;
  const auto publisher = parts_.publishers.Find(name);
  if (!publisher) return Forward(publisher);
  const auto begun = registry_.Update(
      guard([&](const View& view) { return BeginChange(view, key, stage, name, Now()); }));
  if (!begun) return Forward(begun);
  const auto row = begun->view->keyring.Find(key.domain, key.selector);
  const auto entry = begun->view->contents.domains.find(key.domain);
  if (!row || entry == begun->view->contents.domains.end()) return Waits();
  if (const auto held = registry_.CheckHeld(); !held) return Forward(held);
  const auto published =
      (*publisher)->Publish(ChangeFor(stage, *row, policy, entry->second.delegation_label));
  const bool foreign = !published && published.error().reason == reason::kRecordChanged;
  // Before it is published, what stands there is in the way; later it is not ours to touch.
  if (!published && (!foreign || stage == &Key::shown)) return Forward(published);
  const auto recorded = registry_.Update([&](const View& view) {
    return foreign ? RecordForeign(view, key) : RecordAsked(view, key, stage, Now());
  });
  if (!recorded) return Forward(recorded);
  return Waits();
}

Result<Waits> RecordWork::Prove(const Key& key, StageOf stage) {
  return Learn(key, stage, LookAt(key, stage), Leased());
}

Result<Waits> RecordWork::Watch(const Key& key) {
  auto seen = Learn(key, &Key::shown, LookAt(key, &Key::shown), Leased());
  if (!seen || seen->empty()) return seen;
  const auto row = registry_.Get()->keyring.Find(key.domain, key.selector);
  const bool signs_without =
      row && row->id == key.id && row->record_lost_at && StateAt(*row, Now()) == KeyState::kActive;
  if (!signs_without || PolicyFor(key).on_record_lost != OnRecordLost::kSwitch) return seen;
  const auto switched = Switch(*row);
  if (!switched) return Forward(switched);
  return *seen + *switched;
}

Result<Waits> RecordWork::Switch(const Key& lost) {
  const auto standby = StandbyFor(*registry_.Get(), lost, parts_.tokens.Terms(), Now());
  if (!standby) return Waits("; no standby key is ready to take over");
  auto activated = Activate(*standby, [this, &lost](Registry::Decide decide) {
    return IfStillLost(lost, Now(), std::move(decide));
  });
  if (activated && !activated->empty()) return "; its standby key is not proven: " + *activated;
  parts_.journal.Record("rotation.switch", parts_.identity,
                        {.domain = lost.domain.str(),
                         .sender = lost.sender.str(),
                         .selector = standby->selector.str(),
                         .detail = "the record of " + lost.selector.str() + " is lost"},
                        activated ? nullptr : &activated.error());
  return activated;
}

Result<Waits> RecordWork::Activate(const Key& key, const Guard& guard) {
  const ViewPtr view = registry_.Get();
  const auto tokens = parts_.tokens.Terms();
  if (const auto may = CheckMayActivate(*view, key, tokens); !may) return Forward(may);
  const RecordCheck check = LookAt(key, &Key::shown);
  const auto published = PublishedProof::Of(key, check);
  if (!published) {
    // Servers that do not answer say nothing about what they hold.
    if (check.verdict == RecordVerdict::kDiffers) {
      const auto lost =
          registry_.Update([&](const View& newest) { return RecordLoss(newest, key, Now()); });
      if (!lost) return Forward(lost);
    }
    return WhyNoProof(check);
  }
  const auto proof = SignFor(key, *published);
  if (!proof) return Forward(proof);
  const auto activated = registry_.Update(guard([&](const View& newest) {
    const KeyPolicy policy = PolicyOf(newest, key.domain, key.sender, parts_.policy);
    return ActivateProven(newest, key, *proof, tokens, policy, Now());
  }));
  if (!activated) return Forward(activated);
  return Waits();
}

Result<SignedProof> RecordWork::SignFor(const Key& key, const PublishedProof& published) {
  const auto sample = parts_.operations.SignSample(key);
  if (!sample) return Forward(sample);
  return SignedProof::Of(published, sample->digest, sample->signature);
}

Outcome RecordWork::ProveNow(const Key& key) {
  const auto check = CheckNow(key);
  if (!check) return Forward(check);
  const auto published = PublishedProof::Of(key, *check);
  if (!published) {
    return Fail(Code::kFailedPrecondition, reason::kDnsProofMissing,
                "key " + NameOf(key) + " is not proven: " + WhyNoProof(*check) +
                    "; `dkimkeeper dns check " + key.domain.str() + " " + key.selector.str() +
                    "` shows each server; or give `--without-dns-proof REASON`");
  }
  const auto proof = SignFor(key, *published);
  if (!proof) return Forward(proof);
  return {};
}

Result<RecordCheck> RecordWork::CheckNow(const Key& key) {
  if (!key.public_key) {
    return Fail(Code::kFailedPrecondition, reason::kWrongState,
                "key " + NameOf(key) + " is still being made in its token: it has no record yet");
  }
  const StageOf stage = StageAt(key, Now());
  RecordCheck check = LookAt(key, stage);
  const auto learned = Learn(key, stage, check, [this](const Registry::Decide& decide) {
    return parts_.registry.Update(Now(), decide);
  });
  if (!learned) return Forward(learned);
  return check;
}

Result<Waits> RecordWork::Learn(const Key& key, StageOf stage, const RecordCheck& check,
                                const Commit& commit) {
  const Look look{key, check, PolicyFor(key), Now()};
  const auto learned =
      stage == &Key::shown ? LearnShown(look, commit) : LearnGone(look, stage, commit);
  if (!learned) return Forward(learned);
  if (stage == &Key::shown && !PublishedProof::Of(key, check)) return WhyNoProof(check);
  return ProblemOf(check);
}

Outcome RecordWork::LearnShown(const Look& look, const Commit& commit) {
  const Key& key = look.key;
  const bool lost = DiffersAgain(look);
  if (const auto proof = PublishedProof::Of(key, look.check)) {
    return Done(commit([&](const View& view) {
      return RecordProof(view, key, *proof, look.policy.publisher, look.now);
    }));
  }
  if (key.published_at) {
    if (!lost) return {};
    return Done(commit([&](const View& view) { return RecordLoss(view, key, look.now); }));
  }
  const bool forgotten = AgreementOf(look.check) == RecordAgreement::kAsBefore &&
                         key.shown.asked_at && *key.shown.asked_at + kPropagation <= look.now;
  // A person is not asked twice.
  if (!forgotten || key.publisher.empty()) return {};
  return Done(commit([&](const View& view) { return RecordNotDone(view, key, &Key::shown); }));
}

Outcome RecordWork::LearnGone(const Look& look, StageOf stage, const Commit& commit) {
  const Key& key = look.key;
  const auto asked_at = (key.*stage).asked_at;
  const RecordAgreement agreement = AgreementOf(look.check);
  const bool settled = Settled(look, agreement);
  const bool gone_altogether = agreement == RecordAgreement::kNothingThere && settled;
  if (look.check.verdict == RecordVerdict::kProven || gone_altogether) {
    return Done(
        commit([&](const View& view) { return RecordChangeProven(view, key, stage, look.now); }));
  }
  if (agreement == RecordAgreement::kForeign && settled) {
    return Done(commit([&](const View& view) { return RecordForeign(view, key); }));
  }
  const bool forgotten =
      agreement == RecordAgreement::kAsBefore && asked_at && *asked_at + kPropagation <= look.now;
  if (!forgotten || key.publisher.empty()) return {};
  return Done(commit([&](const View& view) { return RecordNotDone(view, key, stage); }));
}

bool RecordWork::Settled(const Look& look, RecordAgreement agreement) {
  const std::lock_guard lock(mutex_);
  const std::pair seen(agreement, look.now);
  const auto [entry, fresh] = agreed_since_.try_emplace(look.key.id, seen);
  if (entry->second.first != agreement) entry->second = seen;
  return entry->second.second + kSettled <= look.now;
}

void RecordWork::Forget() {
  looks_.Forget();
  const std::lock_guard lock(mutex_);
  agreed_since_.clear();
}

// Only servers that answered otherwise count: one that is silent says nothing.
bool RecordWork::DiffersAgain(const Look& look) {
  const auto& witnesses =
      look.check.proof == ProofBy::kServers ? look.check.servers : look.check.resolvers;
  const bool differs = look.check.verdict == RecordVerdict::kDiffers &&
                       std::ranges::any_of(witnesses, [](const ServerAnswer& answer) {
                         return answer.finding != RecordFinding::kAsWished &&
                                answer.finding != RecordFinding::kRefused &&
                                answer.finding != RecordFinding::kNoAnswer;
                       });
  const std::lock_guard lock(mutex_);
  if (look.check.verdict == RecordVerdict::kProven) doubted_.erase(look.key.id);
  return differs && !doubted_.insert(look.key.id).second;
}

}  // namespace dkimkeeper

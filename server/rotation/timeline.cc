#include "server/rotation/timeline.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "server/lifecycle/placement.h"
#include "server/lifecycle/removal_decisions.h"
#include "server/lifecycle/selector_choice.h"
#include "server/lifecycle/succession.h"
#include "server/rotation/planner.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMostSteps = 2'000;

// Keys to come have numbers in place of random ids.
KeyId NumberedId(std::size_t number) {
  std::string bytes(16, '\0');
  for (std::size_t i = 0; i < sizeof number; ++i) {
    bytes[i] = static_cast<char>(number >> (8 * i));
  }
  return *KeyId::FromBytes(bytes);
}

// What nobody is waited for: a domain by itself, its mode auto, not paused.
Contents Unhindered(const View& view, const DomainEntry& entry) {
  Contents contents;
  contents.generation = view.contents.generation;
  contents.tokens = view.contents.tokens;
  contents.waits_from = view.contents.waits_from;
  DomainEntry free = entry;
  free.paused_at.reset();
  free.policy.erase("mode");
  for (auto& [sender, words] : free.sender_policies) words.erase("mode");
  contents.domains.insert({entry.domain, std::move(free)});
  for (const KeyPtr& key : KeysOf(view, entry.domain)) {
    contents.keys.insert({KeyName{key->domain, key->selector}, key});
  }
  return contents;
}

Policy Automatic(Policy policy) {
  policy.defaults.mode = RotationMode::kAuto;
  return policy;
}

class Simulation {
 public:
  Simulation(Contents contents, const Policy& policy, std::span<const TokenTerms> tokens)
      : policy_(Automatic(policy)), tokens_(tokens.begin(), tokens.end()) {
    for (TokenTerms& token : tokens_) token.limits.require_backup = false;
    view_.contents = std::move(contents);
    Index();
  }

  // The next step that something happens in; nothing: none is left.
  std::optional<Step> Next(const Domain& domain, Timestamp now) const {
    const Surroundings around{.policy = policy_,
                              .tokens = tokens_,
                              .attempts = no_attempts_,
                              .acknowledged = std::numeric_limits<std::uint64_t>::max()};
    for (Step& step : PlanDomain(view_, domain, around, now)) {
      if (step.kind == StepKind::kWatch || !step.waits_for.empty()) continue;
      return std::move(step);
    }
    return std::nullopt;
  }

  // The world after `step`, taken at `at`.
  void Take(const Step& step, Timestamp at) {
    const std::vector<Change> changes = ChangesBy(step, at);
    Apply(changes, view_.contents);
    ++view_.contents.generation;
    Index();
  }

 private:
  void Index() {
    std::vector<KeyPtr> keys;
    keys.reserve(view_.contents.keys.size());
    for (const auto& [name, key] : view_.contents.keys) keys.push_back(key);
    view_.keyring = Keyring(keys);
  }

  std::vector<Change> ChangesBy(const Step& step, Timestamp at) {
    if (step.kind == StepKind::kGenerate) return Generated(step, at);
    if (step.kind == StepKind::kDropDomain) return ChangesOf(DecideDropDomain(view_, step.domain));
    if (step.kind == StepKind::kDropSender) {
      return ChangesOf(DecideDropSender(view_, step.domain, step.sender));
    }
    const KeyPtr key = view_.keyring.Find(step.domain, *step.selector);
    const KeyPolicy policy = PolicyOf(view_, step.domain, step.sender, policy_);
    if (step.kind == StepKind::kActivate) return Succeed(view_, *key, policy, at);
    return {PutKey{After(*key, step.kind, policy, at)}};
  }

  static std::vector<Change> ChangesOf(Result<Decision> decision) {
    return decision ? std::move(decision->changes) : std::vector<Change>();
  }

  std::vector<Change> Generated(const Step& step, Timestamp at) {
    const std::size_t number = ++made_;
    const KeyPlace place{step.domain, step.sender};
    const KeyPolicy policy = PolicyOf(view_, step.domain, step.sender, policy_);
    const std::function<std::string()> name = [number] { return "new" + std::to_string(number); };
    const auto selector = ChooseSelector(
        view_, {.place = place, .algorithm = step.algorithm, .policy = policy, .random = name}, at);
    const auto token = TokenFor(view_, place, tokens_);
    if (!selector || !token) return {};
    return {PutKey{{.domain = step.domain,
                    .sender = step.sender,
                    .selector = *selector,
                    .algorithm = step.algorithm,
                    .rsa_bits = step.algorithm == Algorithm::kRsaSha256 ? policy.rsa_bits : 0,
                    .id = NumberedId(number),
                    .token = token->name,
                    .public_key = PublicKey{step.algorithm, "made when it is due"},
                    .lacks = {},
                    .created_at = at}}};
  }

  // Where a step of one key leads, everybody prompt.
  Key After(Key key, StepKind kind, const KeyPolicy& policy, Timestamp at) const {
    const RecordStage done{.begun_at = at, .asked_at = at, .proven_at = {}};
    switch (kind) {
      case StepKind::kFinish:
        if (key.destroying_at) key.destroyed_at = at;
        if (!key.public_key) key.public_key = PublicKey{key.algorithm, "made when it is due"};
        return key;
      case StepKind::kPublish:
        key.shown = done;
        return key;
      case StepKind::kProve:
        key.shown.proven_at = at;
        key.published_at = at;
        key.proof_renewed_at = at;
        key.usable_from = at + policy.record_ttl;
        return key;
      case StepKind::kRetire:
        return Retired(std::move(key), policy.handover_window, NextGeneration(view_), at);
      case StepKind::kAwaitStop:
        key.stopped_at = at;
        return key;
      case StepKind::kRevoke:
        key.retired_at = key.retired_at.value_or(at);
        key.signs_until = std::min(at, key.signs_until.value_or(at));
        key.revoked_at = at;
        return key;
      case StepKind::kWithdraw:
        key.withdrawn = done;
        return key;
      case StepKind::kProveWithdrawn:
        key.withdrawn.proven_at = at;
        return key;
      case StepKind::kRemove:
        key.removed = done;
        return key;
      case StepKind::kProveRemoved:
        key.removed.proven_at = at;
        return key;
      case StepKind::kDestroy:
        key.destroying_at = at;
        key.destroyed_at = at;
        return key;
      case StepKind::kGenerate:
      case StepKind::kActivate:
      case StepKind::kWatch:
      case StepKind::kShortenHandOver:
      case StepKind::kEndHandOver:
      case StepKind::kDropSender:
      case StepKind::kDropDomain:
        break;
    }
    return key;
  }

  const Policy policy_;
  std::vector<TokenTerms> tokens_;
  const Attempts no_attempts_;
  View view_;
  std::size_t made_ = 0;
};

}  // namespace

std::vector<Step> Timeline(const View& view, const Domain& domain, const Policy& policy,
                           std::span<const TokenTerms> tokens, Timestamp now,
                           std::chrono::milliseconds horizon) {
  const auto entry = view.contents.domains.find(domain);
  if (entry == view.contents.domains.end()) return {};
  Simulation world(Unhindered(view, entry->second), policy, tokens);
  std::vector<Step> steps;
  Timestamp at = now;
  while (steps.size() < kMostSteps) {
    auto step = world.Next(domain, at);
    if (!step || step->due > now + horizon) break;
    at = std::max(at, step->due);
    step->due = at;
    step->advice = entry->second.paused_at ||
                   PolicyOf(entry->second, step->sender, policy).mode == RotationMode::kManual;
    world.Take(*step, at);
    steps.push_back(*std::move(step));
  }
  return steps;
}

}  // namespace dkimkeeper

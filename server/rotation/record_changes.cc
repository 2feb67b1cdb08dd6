#include "server/rotation/record_changes.h"

#include <utility>

#include "server/keys/key_state.h"

namespace dkimkeeper {

KeyRecord KeyRecordOf(const Key& key, const KeyPolicy& policy) {
  KeyRecord record{.public_key = key.public_key, .algorithm = key.algorithm};
  if (policy.record_strict) record.flags.emplace_back("s");
  if (policy.record_testing) record.flags.emplace_back("y");
  if (policy.record_email_only) record.services.emplace_back("email");
  record.note = policy.record_note;
  return record;
}

KeyRecord RevokedRecordOf(const Key& key) { return {.public_key = {}, .algorithm = key.algorithm}; }

RecordChange ChangeFor(StageOf stage, const Key& key, const KeyPolicy& policy,
                       std::string delegation_label) {
  RecordChange change{.domain = key.domain,
                      .selector = key.selector,
                      .before = {},
                      .after = {},
                      .ttl = policy.record_ttl,
                      .delegation_label = std::move(delegation_label)};
  if (stage == &Key::shown) {
    change.after = KeyRecordOf(key, policy);
  } else if (stage == &Key::withdrawn) {
    change.before = KeyRecordOf(key, policy);
    change.after = RevokedRecordOf(key);
  } else {
    change.before = key.withdrawn.asked_at ? RevokedRecordOf(key) : KeyRecordOf(key, policy);
  }
  return change;
}

StageOf StageFor(StepKind kind) {
  switch (kind) {
    case StepKind::kPublish:
    case StepKind::kProve:
    case StepKind::kActivate:
    case StepKind::kWatch:
      return &Key::shown;
    case StepKind::kWithdraw:
    case StepKind::kProveWithdrawn:
      return &Key::withdrawn;
    case StepKind::kRemove:
    case StepKind::kProveRemoved:
      return &Key::removed;
    case StepKind::kFinish:
    case StepKind::kGenerate:
    case StepKind::kRetire:
    case StepKind::kAwaitStop:
    case StepKind::kRevoke:
    case StepKind::kDestroy:
    case StepKind::kShortenHandOver:
    case StepKind::kEndHandOver:
    case StepKind::kDropSender:
    case StepKind::kDropDomain:
      return nullptr;
  }
  return nullptr;
}

RecordWish WishFor(StageOf stage) {
  if (stage == &Key::withdrawn) return RecordWish::kRevoked;
  return stage == &Key::removed ? RecordWish::kAbsent : RecordWish::kKey;
}

StageOf StageAt(const Key& key, Timestamp now) {
  if (key.removed.begun_at) return &Key::removed;
  const KeyState state = StateAt(key, now);
  const bool given_up = state == KeyState::kRevoked || state == KeyState::kDestroyed;
  return key.withdrawn.begun_at || given_up ? &Key::withdrawn : &Key::shown;
}

}  // namespace dkimkeeper

#include "server/rpc/key_view.h"

#include <algorithm>

#include "server/keys/key_state.h"
#include "server/rotation/record_changes.h"
#include "server/rpc/convert.h"

namespace dkimkeeper {
namespace {

void FillTimes(const Key& key, v1::Key& message) {
  message.set_created_at_ms(ToMilliseconds(key.created_at));
  message.set_published_at_ms(Milliseconds(key.published_at));
  message.set_usable_from_ms(Milliseconds(key.usable_from));
  message.set_proof_renewed_at_ms(Milliseconds(key.proof_renewed_at));
  message.set_activated_at_ms(Milliseconds(key.activated_at));
  message.set_rotate_at_ms(Milliseconds(key.rotate_at));
  message.set_retired_at_ms(Milliseconds(key.retired_at));
  message.set_signs_until_ms(Milliseconds(key.signs_until));
  message.set_stopped_at_ms(Milliseconds(key.stopped_at));
  message.set_revoked_at_ms(Milliseconds(key.revoked_at));
  message.set_destroyed_at_ms(Milliseconds(key.destroyed_at));
}

void FillWarnings(const Key& key, v1::Key& message) {
  if (key.selector.HasUnderscore()) {
    message.add_warnings("the selector holds an underscore, which RFC 6376 §3.1 does not allow");
  }
  if (key.origin == KeyOrigin::kImported && !key.revoked_at) {
    message.add_warnings("exposed: it was elsewhere before; its successor takes over first");
  }
  if (key.quarantined_at) {
    message.add_warnings("quarantined: the token holds another key under this id");
  }
  if (key.record_lost_at) {
    message.add_warnings("its record was proven and is not there any more; `dkimkeeper dns check " +
                         key.domain.str() + " " + key.selector.str() + "` shows what is");
  }
  if (key.record_foreign) {
    message.add_warnings("somebody else changed its record, which is left alone");
  }
}

// As keys.proto lists them; the latest stage that was begun.
std::string RecordState(const Key& key) {
  if (key.record_foreign) return "foreign";
  if (key.removed.proven_at) return "removed";
  if (key.removed.begun_at) return "removing";
  if (key.withdrawn.proven_at) return "withdrawn";
  if (key.withdrawn.begun_at) return "withdrawing";
  if (key.record_lost_at) return "lost";
  if (key.published_at) return "proven";
  if (key.shown.asked_at) return "asked";
  return key.shown.begun_at ? "publishing" : "";
}

}  // namespace

std::optional<KeyRecord> RecordOf(const Key& key, const KeyPolicy& policy, Timestamp now) {
  if (!key.public_key) return std::nullopt;
  const KeyState state = StateAt(key, now);
  const bool revoked = state == KeyState::kRevoked || state == KeyState::kDestroyed;
  return revoked ? RevokedRecordOf(key) : KeyRecordOf(key, policy);
}

v1::Key KeyView::Show(const Key& key) {
  TurnTo(key.domain);
  const KeyPolicy policy = PolicyOf(view_, key.domain, key.sender, outlook_.policy());
  v1::Key message;
  message.set_domain(key.domain.str());
  message.set_sender(key.sender.str());
  message.set_selector(key.selector.str());
  message.set_algorithm(ToProto(key.algorithm));
  message.set_rsa_bits(key.rsa_bits);
  message.set_state(ToProto(StateAt(key, now_)));
  message.set_origin(ToProto(key.origin));
  message.set_token_key_id(key.id.ToHex());
  message.set_token(key.token);
  FillRecord(key, policy, message);
  FillTimes(key, message);
  message.set_compromised(key.compromised);
  message.set_override_reason(key.override_reason);
  message.set_override_by(key.override_by);
  for (const std::string& lack : key.lacks) message.add_lacks(lack);
  FillWarnings(key, message);
  FillNext(key, message);
  message.set_in_progress(InProgress(key));
  return message;
}

void KeyView::TurnTo(const Domain& domain) {
  if (domain_ == domain) return;
  domain_ = domain;
  steps_ = outlook_.StepsOf(view_, domain, now_);
}

void KeyView::FillRecord(const Key& key, const KeyPolicy& policy, v1::Key& message) const {
  if (const auto name = KeyRecordName(key.selector, key.domain)) message.set_record_name(*name);
  message.set_record_state(RecordState(key));
  message.set_record_ttl(static_cast<std::uint32_t>(policy.record_ttl.count()));
  // What wrote it, or what will.
  const std::string& publisher = key.publisher.empty() ? policy.publisher : key.publisher;
  message.set_publisher(publisher);
  const auto entry = view_.contents.domains.find(key.domain);
  if (entry != view_.contents.domains.end()) {
    message.set_cname_target(
        outlook_.CnameTarget(key.selector, entry->second.delegation_label, publisher));
  }
  if (!key.public_key) return;
  message.set_public_key(key.public_key->record_bytes);
  message.set_record_value(RenderKeyRecord(*RecordOf(key, policy, now_)));
}

void KeyView::FillNext(const Key& key, v1::Key& message) const {
  const auto step = std::ranges::find_if(steps_, [&key](const Step& one) {
    return one.key == key.id && one.selector == key.selector && one.kind != StepKind::kWatch;
  });
  if (step != steps_.end()) {
    message.set_next_action(step->what +
                            (step->waits_for.empty() ? "" : "; waits for " + step->waits_for));
    message.set_next_action_at_ms(ToMilliseconds(step->due));
  } else if (StateAt(key, now_) == KeyState::kActive) {
    message.set_next_action("its successor takes over");
    message.set_next_action_at_ms(Milliseconds(key.rotate_at));
  } else if (key.destroyed_at) {
    message.set_next_action("nothing: the row stays as a record");
  } else {
    message.set_next_action("nothing: it is a spare one");
  }
}

}  // namespace dkimkeeper

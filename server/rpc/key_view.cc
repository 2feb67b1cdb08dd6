// A key as the API shows it: computed from the registry's row and from the token's public key.
#include "proto/dkim/key_record.h"
#include "server/keys/key_state.h"
#include "server/rpc/convert.h"

namespace dkimkeeper {
namespace {

v1::KeyState ToProto(KeyState state) {
  switch (state) {
    case KeyState::kPending:
      return v1::KEY_STATE_PENDING;
    case KeyState::kPublished:
      return v1::KEY_STATE_PUBLISHED;
    case KeyState::kActive:
      return v1::KEY_STATE_ACTIVE;
    case KeyState::kRetiring:
      return v1::KEY_STATE_RETIRING;
    case KeyState::kRevoked:
      return v1::KEY_STATE_REVOKED;
    case KeyState::kDestroyed:
      return v1::KEY_STATE_DESTROYED;
  }
  return v1::KEY_STATE_UNSPECIFIED;
}

std::int64_t Milliseconds(const std::optional<Timestamp>& at) {
  return at ? ToMilliseconds(*at) : 0;
}

void FillTimes(const Key& key, v1::Key& message) {
  message.set_created_at_ms(ToMilliseconds(key.created_at));
  message.set_activated_at_ms(Milliseconds(key.activated_at));
  message.set_retired_at_ms(Milliseconds(key.retired_at));
  message.set_revoked_at_ms(Milliseconds(key.revoked_at));
  message.set_destroyed_at_ms(Milliseconds(key.destroyed_at));
  message.set_signs_until_ms(Milliseconds(key.signs_until));
}

void FillRecord(const Key& key, Timestamp now, v1::Key& message) {
  if (const auto name = KeyRecordName(key.selector, key.domain)) message.set_record_name(*name);
  if (!key.public_key) return;
  message.set_public_key(key.public_key->record_bytes);
  const KeyState state = StateAt(key, now);
  const bool revoked = state == KeyState::kRevoked || state == KeyState::kDestroyed;
  KeyRecord record{.public_key = {}, .algorithm = key.algorithm};
  if (!revoked) record.public_key = key.public_key;
  message.set_record_value(RenderKeyRecord(record));
}

void FillWarnings(const Key& key, v1::Key& message) {
  if (key.selector.HasUnderscore()) {
    message.add_warnings("the selector holds an underscore, which RFC 6376 §3.1 does not allow");
  }
  if (key.quarantined_at) {
    message.add_warnings("quarantined: the token holds another key under this id");
  }
}

}  // namespace

v1::Key ToProto(const Key& key, Timestamp now) {
  v1::Key message;
  message.set_domain(key.domain.str());
  message.set_sender(key.sender.str());
  message.set_selector(key.selector.str());
  message.set_algorithm(ToProto(key.algorithm));
  message.set_rsa_bits(key.rsa_bits);
  message.set_state(ToProto(StateAt(key, now)));
  message.set_origin(key.origin == KeyOrigin::kGenerated ? v1::KEY_ORIGIN_GENERATED
                                                         : v1::KEY_ORIGIN_IMPORTED);
  message.set_token_key_id(key.id.ToHex());
  message.set_token(key.token);
  FillRecord(key, now, message);
  FillTimes(key, message);
  message.set_compromised(key.compromised);
  message.set_override_reason(key.override_reason);
  message.set_override_by(key.override_by);
  for (const std::string& lack : key.lacks) message.add_lacks(lack);
  FillWarnings(key, message);
  const NextAction next = NextFor(key, now);
  message.set_next_action(next.what);
  message.set_next_action_at_ms(Milliseconds(next.when));
  message.set_in_progress(InProgress(key));
  return message;
}

}  // namespace dkimkeeper

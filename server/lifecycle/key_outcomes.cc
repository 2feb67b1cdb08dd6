#include "server/lifecycle/key_outcomes.h"

#include <utility>

#include "proto/reason.h"
#include "server/lifecycle/key_decisions.h"

namespace dkimkeeper {
namespace {

// The row of `key` as it is now: the same key, not another one under its selector. Null: no row.
Result<KeyPtr> Current(const View& view, const Key& key) {
  auto current = view.keyring.Find(key.domain, key.selector);
  if (!current || current->id == key.id) return current;
  return Fail(Code::kAborted, reason::kChangedSinceRead,
              "selector " + NameOf(key) + " names another key by now; key " + key.id.ToHex() +
                  " in the token is left alone");
}

Decision Put(Key key) {
  std::string subject = SubjectOf(key);
  return {{PutKey{std::move(key)}}, std::move(subject)};
}

Decision NoChange(const Key& key) { return {{}, SubjectOf(key)}; }

}  // namespace

Result<Decision> RecordBirth(const View& view, const Key& intent, const TokenKey& made) {
  const auto current = Current(view, intent);
  if (!current) return Forward(current);
  if (*current && (*current)->public_key) return NoChange(intent);
  Key born = *current ? **current : intent;  // others may have revoked it meanwhile
  born.public_key = made.public_key;
  born.rsa_bits = made.rsa_bits;
  return Put(std::move(born));
}

Result<Decision> RecordNoBirth(const View& view, const Key& intent) {
  const auto current = Current(view, intent);
  if (!current || !*current || (*current)->public_key) return NoChange(intent);
  return Decision{{RemoveKey{{intent.domain, intent.selector}}}, SubjectOf(intent)};
}

Result<Decision> RecordRemoval(const View& view, const Key& key, Timestamp now) {
  const auto current = Current(view, key);
  if (!current) return Forward(current);
  if (!*current || !(*current)->destroying_at) {
    return Fail(Code::kAborted, reason::kChangedSinceRead,
                "key " + NameOf(key) + " changed while it was removed from the token");
  }
  Key gone = **current;
  if (!gone.destroyed_at) gone.destroyed_at = now;
  return Put(std::move(gone));
}

Result<Decision> RecordQuarantine(const View& view, const Key& key, Timestamp now) {
  const auto current = Current(view, key);
  if (!current || !*current || (*current)->quarantined_at) return NoChange(key);
  Key quarantined = **current;
  quarantined.quarantined_at = now;
  return Put(std::move(quarantined));
}

}  // namespace dkimkeeper

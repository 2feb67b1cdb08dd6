// The records of a key's life, and the changes from one to the next: pure.
#ifndef SERVER_ROTATION_RECORD_CHANGES_H_
#define SERVER_ROTATION_RECORD_CHANGES_H_

#include "proto/dkim/key_record.h"
#include "server/dns/publisher.h"
#include "server/dns/record_check.h"
#include "server/keys/key.h"
#include "server/keys/key_policy.h"
#include "server/rotation/steps.h"

namespace dkimkeeper {

// One of Key's three stages.
using StageOf = RecordStage Key::*;

// The record with the public key of `key`, which it has, and what `policy` says of flags.
[[nodiscard]] KeyRecord KeyRecordOf(const Key& key, const KeyPolicy& policy);
// The same with p= empty: revoked (RFC 6376 §3.6.1).
[[nodiscard]] KeyRecord RevokedRecordOf(const Key& key);

// What has to change in DNS for `stage` of `key`. A removal takes away what was put there last.
[[nodiscard]] RecordChange ChangeFor(StageOf stage, const Key& key, const KeyPolicy& policy,
                                     std::string delegation_label);

// Which stage a step is about; null where it is about none.
[[nodiscard]] StageOf StageFor(StepKind kind);

// What the servers should show in `stage`.
[[nodiscard]] RecordWish WishFor(StageOf stage);

// The stage that `key` has come to: what a look at its record should find now.
[[nodiscard]] StageOf StageAt(const Key& key, Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_RECORD_CHANGES_H_

#include "server/rotation/rotation_decisions.h"

#include <algorithm>
#include <utility>

#include "proto/reason.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/selector_choice.h"
#include "server/lifecycle/succession.h"
#include "server/lifecycle/token_admission.h"
#include "server/rotation/hand_over.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> Refuse(std::string_view reason, std::string message) {
  return Fail(Code::kFailedPrecondition, reason, std::move(message));
}

Result<Key> RowOf(const View& view, const Key& key) {
  const auto row = view.keyring.Find(key.domain, key.selector);
  if (row && row->id == key.id) return *row;
  return Fail(Code::kAborted, reason::kChangedSinceRead,
              "key " + NameOf(key) + " is gone, or its selector names another key by now");
}

// The row of `key` with `edit` made to it; no change where it makes none.
template <typename Edit>
Result<Decision> Edited(const View& view, const Key& key, Edit edit) {
  const auto row = RowOf(view, key);
  if (!row) return Forward(row);
  Key edited = *row;
  edit(edited);
  Decision decision{{}, SubjectOf(key)};
  if (edited != *row) decision.changes.emplace_back(PutKey{std::move(edited)});
  return decision;
}

Outcome CheckFresh(const Key& key, const PublishedProof& proof, Timestamp now) {
  const bool fresh = std::chrono::abs(now - proof.at()) <= kProofAge;
  if (proof.key() == key.id && proof.fetched() == key.public_key && fresh) return {};
  return Refuse(reason::kDnsProofMissing,
                "no proof from DNS of this moment for key " + NameOf(key) + "; look again");
}

Outcome CheckMayStart(const Key& key, Timestamp now) {
  const bool unused = !IsBarred(key) && !key.activated_at && !key.retired_at;
  const bool usable = key.published_at && key.usable_from.value_or(now) <= now;
  if (unused && usable) return {};
  return Refuse(reason::kWrongState,
                "key " + NameOf(key) + " is " + std::string(KeyStateName(StateAt(key, now))) +
                    " and cannot be activated now; its record is proven first, and old answers "
                    "are waited out");
}

}  // namespace

Result<Decision> BeginChange(const View& view, const Key& key, StageOf stage,
                             const std::string& publisher, Timestamp now) {
  return Edited(view, key, [&](Key& row) {
    RecordStage& changed = row.*stage;
    if (!changed.begun_at) changed.begun_at = now;
    // Whoever was asked to remove the record before has p= empty to publish now, and to remove.
    if (stage == &Key::withdrawn) row.removed = {};
    row.publisher = publisher;
  });
}

Result<Decision> ActivateProven(const View& view, const Key& key, const SignedProof& proof,
                                std::span<const TokenTerms> tokens, const KeyPolicy& policy,
                                Timestamp now) {
  auto row = RowOf(view, key);
  if (!row) return Forward(row);
  if (const auto may = CheckMayStart(*row, now); !may) return Forward(may);
  if (const auto proven = CheckFresh(*row, proof.published(), now); !proven) return Forward(proven);
  if (const auto may = CheckMayActivate(view, *row, tokens); !may) return Forward(may);
  row->proof_renewed_at = proof.published().at();
  row->record_lost_at.reset();
  return Decision{Succeed(view, *row, policy, now), SubjectOf(key)};
}

Result<Decision> RetireForGood(const View& view, const Key& key, const KeyPolicy& policy,
                               Timestamp now) {
  return Edited(view, key, [&](Key& row) {
    if (!row.retired_at) {
      row = Retired(std::move(row), policy.handover_window, NextGeneration(view), now);
    }
  });
}

Result<Decision> ShortenHandOver(const View& view, const Key& key, Timestamp now) {
  return Edited(view, key, [&](Key& row) {
    const Timestamp end = now + kLastMessages;
    if (row.handed_over_at || row.stopped_at || !row.signs_until || *row.signs_until <= end) return;
    row.handed_over_at = now;
    row.signs_until = end;
    // A daemon that knows the old end would sign until then.
    row.stop_generation = NextGeneration(view);
  });
}

Result<Decision> MarkStopped(const View& view, const Key& key, Timestamp now) {
  return Edited(view, key, [now](Key& row) {
    if (!row.stopped_at) row.stopped_at = now;
  });
}

Result<Decision> MarkRevoked(const View& view, const Key& key, Timestamp now) {
  return Edited(view, key, [now](Key& row) {
    if (!row.revoked_at) row.revoked_at = now;
  });
}

Result<Decision> BeginDestruction(const View& view, const Key& key, Timestamp now) {
  const auto row = RowOf(view, key);
  if (!row) return Forward(row);
  if (StateAt(*row, now) != KeyState::kRevoked || !row->public_key) {
    return Refuse(reason::kWrongState, "key " + NameOf(key) + " is not REVOKED: it is kept");
  }
  return Edited(view, key, [now](Key& edited) {
    if (!edited.destroying_at) edited.destroying_at = now;
  });
}

Result<Decision> BeginGeneration(const View& view, const NextKey& next,
                                 std::span<const TokenTerms> tokens, const KeyPolicy& policy,
                                 Timestamp now) {
  const auto token = TokenFor(view, next.place, tokens);
  if (!token) return Forward(token);
  if (const auto taken = CheckTakesKey(view, *token, next.algorithm); !taken) return Forward(taken);
  const auto selector = ChooseSelector(
      view,
      {.place = next.place, .algorithm = next.algorithm, .policy = policy, .random = next.random},
      now);
  if (!selector) return Forward(selector);
  Key key{.domain = next.place.domain,
          .sender = next.place.sender,
          .selector = *selector,
          .algorithm = next.algorithm,
          .rsa_bits = next.algorithm == Algorithm::kRsaSha256 ? policy.rsa_bits : 0,
          .origin = KeyOrigin::kGenerated,
          .id = next.id,
          .token = token->name,
          .public_key = {},
          .lacks = {},
          .created_at = now};
  std::string subject = SubjectOf(key);
  return Decision{{PutKey{std::move(key)}}, std::move(subject)};
}

Result<Decision> RecordAsked(const View& view, const Key& key, StageOf stage, Timestamp now) {
  return Edited(view, key, [&](Key& row) {
    RecordStage& changed = row.*stage;
    if (!changed.asked_at) changed.asked_at = now;
  });
}

Result<Decision> RecordNotDone(const View& view, const Key& key, StageOf stage) {
  return Edited(view, key, [stage](Key& row) { (row.*stage).asked_at.reset(); });
}

Result<Decision> RecordProof(const View& view, const Key& key, const PublishedProof& proof,
                             const std::string& publisher, Timestamp now) {
  return Edited(view, key, [&](Key& row) {
    if (row.public_key != proof.fetched() || (row.revoked_at && *row.revoked_at <= now)) return;
    if (!row.published_at) {
      row.published_at = now;
      row.usable_from = now + proof.wait();
    }
    if (!row.shown.begun_at) row.publisher = publisher;
    if (!row.shown.begun_at) row.shown.begun_at = now;
    if (!row.shown.asked_at) row.shown.asked_at = now;
    row.proof_renewed_at = now;
    row.record_lost_at.reset();
  });
}

Result<Decision> RecordLoss(const View& view, const Key& key, Timestamp now) {
  return Edited(view, key, [now](Key& row) {
    if (row.revoked_at && *row.revoked_at <= now) return;
    if (!row.record_lost_at) row.record_lost_at = now;
    if (row.activated_at) return;
    row.published_at.reset();
    row.usable_from.reset();
    row.proof_renewed_at.reset();
  });
}

Result<Decision> RecordChangeProven(const View& view, const Key& key, StageOf stage,
                                    Timestamp now) {
  return Edited(view, key, [&](Key& row) {
    RecordStage& changed = row.*stage;
    if (!changed.begun_at) changed.begun_at = now;
    if (!changed.asked_at) changed.asked_at = now;
    if (!changed.proven_at) changed.proven_at = now;
  });
}

Result<Decision> RecordForeign(const View& view, const Key& key) {
  return Edited(view, key, [](Key& row) { row.record_foreign = true; });
}

}  // namespace dkimkeeper

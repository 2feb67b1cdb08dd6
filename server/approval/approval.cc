#include "server/approval/approval.h"

#include <algorithm>

#include "proto/approval_reason.h"
#include "proto/reason.h"

namespace dkimkeeper {

ApprovalState StateAt(const Approval& approval, Timestamp now) {
  if (approval.decision) {
    return approval.decision->approved ? ApprovalState::kApproved : ApprovalState::kRefused;
  }
  return now < approval.expires_at ? ApprovalState::kPending : ApprovalState::kExpired;
}

Outcome CheckIsPerson(const Identity& identity) {
  if (!identity.str().starts_with("unix:")) return {};
  return Fail(Code::kPermissionDenied, reason::kSocketIdentity,
              "the two-person rule takes client certificates only, and " + identity.str() +
                  " is whoever may open that socket; call with a certificate");
}

Outcome CheckPending(const Approval& approval, Timestamp now) {
  const auto closed = [&](const std::string& how) {
    return Fail(
        Code::kFailedPrecondition, reason::kApprovalClosed,
        "approval " + approval.id + " " + how + "; where the act is still wanted, ask for it anew");
  };
  switch (StateAt(approval, now)) {
    case ApprovalState::kPending:
      return {};
    case ApprovalState::kApproved:
      return closed("was given by " + approval.decision->by.str() + " already (" +
                    approval.decision->outcome + ")");
    case ApprovalState::kRefused:
      return closed("was refused by " + approval.decision->by.str());
    case ApprovalState::kExpired:
      return closed("was not given in time");
  }
  return {};
}

Outcome CheckApproval(const Approval& approval, const Identity& approver, std::string_view seen,
                      std::string_view seen_now, Timestamp now) {
  if (auto person = CheckIsPerson(approver); !person) return person;
  if (auto person = CheckIsPerson(approval.requester); !person) return person;
  if (approver == approval.requester) {
    return Fail(Code::kPermissionDenied, reason::kSamePerson,
                approver.str() + " asked for it; another administrator must approve it");
  }
  if (auto pending = CheckPending(approval, now); !pending) return pending;
  if (seen == seen_now) return {};
  return Fail(
      Code::kAborted, reason::kChangedSinceRead,
      "what approval " + approval.id +
          " is about is not what was seen; look at it again with `dkimkeeper approval show " +
          approval.id + "`");
}

Outcome CheckRoom(const std::vector<Approval>& all, const Identity& requester, Timestamp now) {
  const auto pending = [now](const Approval& one) {
    return StateAt(one, now) == ApprovalState::kPending;
  };
  const auto own = [&](const Approval& one) { return pending(one) && one.requester == requester; };
  if (std::ranges::count_if(all, pending) < static_cast<std::ptrdiff_t>(kMaxPending) &&
      std::ranges::count_if(all, own) < static_cast<std::ptrdiff_t>(kMaxPendingOfOne)) {
    return {};
  }
  return Fail(Code::kResourceExhausted, reason::kApprovalsFull,
              "too much waits for approval; approve or refuse some of it first "
              "(`dkimkeeper approval list`)");
}

}  // namespace dkimkeeper

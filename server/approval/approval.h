// What one administrator asked for and another one approves, as pure functions.
#ifndef SERVER_APPROVAL_APPROVAL_H_
#define SERVER_APPROVAL_APPROVAL_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"
#include "server/access/identity.h"
#include "server/approval/act.h"
#include "server/keys/timestamp.h"

namespace dkimkeeper {

// How long it can be approved.
inline constexpr std::chrono::hours kApprovalLifetime{24};
// How long it is remembered from then on.
inline constexpr std::chrono::days kApprovalMemory{30};
// So many may be pending, and so many of one requester: nobody keeps others from asking.
inline constexpr std::size_t kMaxPending = 1000;
inline constexpr std::size_t kMaxPendingOfOne = 100;

struct ApprovalDecision {
  Identity by;
  Timestamp at;
  bool approved = false;
  // Of what was approved: "begun", then "done" or the reason for which it failed.
  std::string outcome = {};
  friend bool operator==(const ApprovalDecision&, const ApprovalDecision&) = default;
};

// A value. Its parameters never change: what is approved is what is done.
struct Approval {
  std::string id;  // 20 hexadecimal digits, of the requester and all that was asked for
  GuardedAct act;
  std::string method;      // of the API: "Keys.DestroyKey"
  std::string parameters;  // its message, serialised, without request_id
  std::string domain;      // "*", a domain, or "group:…": where the right is needed
  std::string sender;      // "*" or a sender
  Identity requester;
  std::string address;  // where the requester called from
  Timestamp requested_at;
  Timestamp expires_at;
  std::optional<ApprovalDecision> decision = {};
  friend bool operator==(const Approval&, const Approval&) = default;
};

enum class ApprovalState : std::uint8_t { kPending, kApproved, kRefused, kExpired };
[[nodiscard]] ApprovalState StateAt(const Approval& approval, Timestamp now);

// PERMISSION_DENIED/SOCKET_IDENTITY for `unix:…`: behind a socket may be anybody.
[[nodiscard]] Outcome CheckIsPerson(const Identity& identity);

// FAILED_PRECONDITION/APPROVAL_CLOSED unless it is pending.
[[nodiscard]] Outcome CheckPending(const Approval& approval, Timestamp now);

// Whether `approver` may be the second person, rights aside. Errors of the two above;
// PERMISSION_DENIED/SAME_PERSON; ABORTED/CHANGED_SINCE_READ where what the approver saw is not what
// is there `seen_now`.
[[nodiscard]] Outcome CheckApproval(const Approval& approval, const Identity& approver,
                                    std::string_view seen, std::string_view seen_now,
                                    Timestamp now);

// Whether one more can be recorded beside `all`: RESOURCE_EXHAUSTED/APPROVALS_FULL.
[[nodiscard]] Outcome CheckRoom(const std::vector<Approval>& all, const Identity& requester,
                                Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_APPROVAL_APPROVAL_H_

// The reasons of the two-person rule, beside those of proto/reason.h and under the same promise.
#ifndef PROTO_APPROVAL_REASON_H_
#define PROTO_APPROVAL_REASON_H_

#include <string_view>

namespace dkimkeeper::reason {

// INVALID_ARGUMENT
inline constexpr std::string_view kBadRule = "BAD_RULE";

// PERMISSION_DENIED
inline constexpr std::string_view kSamePerson = "SAME_PERSON";
inline constexpr std::string_view kSocketIdentity = "SOCKET_IDENTITY";

// NOT_FOUND
inline constexpr std::string_view kApprovalUnknown = "APPROVAL_UNKNOWN";

// FAILED_PRECONDITION
inline constexpr std::string_view kApprovalRequired = "APPROVAL_REQUIRED";
inline constexpr std::string_view kApprovalClosed = "APPROVAL_CLOSED";

// RESOURCE_EXHAUSTED
inline constexpr std::string_view kApprovalsFull = "APPROVALS_FULL";

}  // namespace dkimkeeper::reason

#endif  // PROTO_APPROVAL_REASON_H_

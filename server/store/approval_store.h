// The durable seam of the two-person rule.
#ifndef SERVER_STORE_APPROVAL_STORE_H_
#define SERVER_STORE_APPROVAL_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "proto/result.h"
#include "server/approval/approval.h"

namespace dkimkeeper {

// In the same database as the KeyStore, so that the rule is one for all daemons; nothing of it is
// kept in memory. Thread-safe. Blocks on the disk or the network. Errors of all: those of KeyStore.
class ApprovalStore {
 public:
  ApprovalStore() = default;
  ApprovalStore(const ApprovalStore&) = delete;
  ApprovalStore& operator=(const ApprovalStore&) = delete;
  virtual ~ApprovalStore() = default;

  [[nodiscard]] virtual Result<ApprovalRule> Rule() = 0;
  [[nodiscard]] virtual Outcome SetRule(const ApprovalRule& rule) = 0;

  // Records it, unless its id is recorded: answers what is. Forgets those that expired before
  // `forget_before`. APPROVALS_FULL (CheckRoom, at the time it was asked for).
  [[nodiscard]] virtual Result<Approval> Add(const Approval& approval, Timestamp forget_before) = 0;

  [[nodiscard]] virtual Result<std::optional<Approval>> Find(const std::string& id) = 0;
  // Newest first.
  [[nodiscard]] virtual Result<std::vector<Approval>> List() = 0;

  // Of two that decide at once, one is first: NOT_FOUND/APPROVAL_UNKNOWN;
  // FAILED_PRECONDITION/APPROVAL_CLOSED where it is not pending when this is decided.
  [[nodiscard]] virtual Outcome Decide(const std::string& id, const ApprovalDecision& decision) = 0;
  // What came of one that was approved.
  [[nodiscard]] virtual Outcome Conclude(const std::string& id, const std::string& outcome) = 0;
};

}  // namespace dkimkeeper

#endif  // SERVER_STORE_APPROVAL_STORE_H_

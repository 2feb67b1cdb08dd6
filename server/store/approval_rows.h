// Approvals and the rule ↔ rows.
#ifndef SERVER_STORE_APPROVAL_ROWS_H_
#define SERVER_STORE_APPROVAL_ROWS_H_

#include "server/approval/approval.h"
#include "server/store/row.h"

namespace dkimkeeper {

[[nodiscard]] Row RowOf(const Approval& approval);
[[nodiscard]] Row RowOf(GuardedAct act);

// Errors of both: INTERNAL/STORE_DAMAGED.
[[nodiscard]] Result<Approval> ReadApproval(RowReader& row);
[[nodiscard]] Result<GuardedAct> ReadAct(RowReader& row);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_APPROVAL_ROWS_H_

// ApprovalStore in the key store's database, on a connection of its own.
#ifndef SERVER_STORE_SQL_APPROVALS_H_
#define SERVER_STORE_SQL_APPROVALS_H_

#include <memory>

#include "server/store/approval_store.h"
#include "server/store/sql_store.h"

namespace dkimkeeper {

// Of a store that OpenSqlStore has opened, and so upgraded, before. Errors of OpenSqlStore.
[[nodiscard]] Result<std::unique_ptr<ApprovalStore>> OpenSqlApprovals(
    const SqlStoreOptions& options);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_SQL_APPROVALS_H_

// Rows beside Contents: what the daemons of a store remember for each other.
#ifndef SERVER_STORE_DAEMON_ROWS_H_
#define SERVER_STORE_DAEMON_ROWS_H_

#include <string>
#include <utility>

#include "proto/result.h"
#include "server/store/key_store.h"
#include "server/store/row.h"

namespace dkimkeeper {

[[nodiscard]] Row RowOf(const RequestEntry& request);
[[nodiscard]] Row RowOf(const Lease& lease, std::optional<Timestamp> watched_until);
[[nodiscard]] Row RowOf(const DaemonBeat& beat);
[[nodiscard]] Row RowOf(const AgentAcknowledgement& heard);
[[nodiscard]] Row RowOf(const KeyId& key, const StoredCheck& check);
[[nodiscard]] Row RowOf(const std::string& origin, const StoredCheckpoint& checkpoint);

// Errors of all: INTERNAL/STORE_DAMAGED.
[[nodiscard]] Result<RequestEntry> ReadRequest(RowReader& row);
[[nodiscard]] Result<Lease> ReadLease(RowReader& row);
[[nodiscard]] Result<DaemonBeat> ReadBeat(RowReader& row);
[[nodiscard]] Result<AgentAcknowledgement> ReadAcknowledgement(RowReader& row);
[[nodiscard]] Result<StoredCheck> ReadCheck(RowReader& row);
// With its origin.
[[nodiscard]] Result<std::pair<std::string, StoredCheckpoint>> ReadCheckpoint(RowReader& row);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_DAEMON_ROWS_H_

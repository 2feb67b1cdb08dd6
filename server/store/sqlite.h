// All that is peculiar to SQLite: opening a file, locks, settings, the catalogue.
#ifndef SERVER_STORE_SQLITE_H_
#define SERVER_STORE_SQLITE_H_

#include <soci/soci.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// Opens `file`, and creates it with mode 0600 when it is missing. Reads and writes nothing else
// yet. A statement waits `busy_timeout` for another process's transaction.
// INVALID_ARGUMENT/BAD_CONFIG for a path that cannot be a store, UNAVAILABLE/STORE_AWAY.
[[nodiscard]] Result<std::unique_ptr<soci::session>> OpenSqlite(
    const std::filesystem::path& file, std::chrono::milliseconds busy_timeout);

// Turns on what the store stands on: write-ahead log, a sync with each commit, foreign keys.
// UNAVAILABLE/STORE_AWAY where the file system cannot do it.
[[nodiscard]] Outcome MakeDurable(soci::session& session);

// The functions below throw soci_error.

// Begins a transaction that may write. It takes the write lock now: a plain BEGIN fails at once
// when another process writes between its first read and its first write.
void BeginWrite(soci::session& session);
// Begins one that sees a single state of the database throughout.
void BeginRead(soci::session& session);

[[nodiscard]] bool HasTable(soci::session& session, std::string_view name);
// No table at all, ours or another program's.
[[nodiscard]] bool IsEmptyDatabase(soci::session& session);
// The file is no longer where it was opened: what is written now would be lost.
[[nodiscard]] bool HasMoved(soci::session& session);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_SQLITE_H_

// The store's database as an SQLite file.
#ifndef SERVER_STORE_SQLITE_H_
#define SERVER_STORE_SQLITE_H_

#include <chrono>
#include <filesystem>
#include <memory>

#include "proto/result.h"
#include "server/store/database.h"

namespace dkimkeeper {

// Opens `file`, and creates it with mode 0600 when it is missing. Reads and writes nothing else
// yet. A statement waits `busy_timeout` for another process's transaction.
// INVALID_ARGUMENT/BAD_CONFIG for a path that cannot be a store, UNAVAILABLE/STORE_AWAY.
//
// MakeDurable turns on the write-ahead log, a sync with each commit and foreign keys; it needs a
// file system that can do it. CheckInPlace: the file is still where it was opened.
[[nodiscard]] Result<std::unique_ptr<Database>> OpenSqlite(const std::filesystem::path& file,
                                                           std::chrono::milliseconds busy_timeout);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_SQLITE_H_

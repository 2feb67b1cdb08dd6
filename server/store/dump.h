// The whole store as text, the same whatever database it is in: for backups, and for moving it.
//
// A line that names the format and the version of the schema; for each table a line `table NAME
// COLUMN …` and one line a row, its cells behind tabs, \N for NULL and \\, \t, \n, \r, \0 for what
// would end a cell; last `end`, the number of rows and a CRC-32 of all lines before, so that a copy
// that was cut or damaged is known for one. It holds no key material.
#ifndef SERVER_STORE_DUMP_H_
#define SERVER_STORE_DUMP_H_

#include <cstdint>
#include <iosfwd>
#include <span>

#include "proto/result.h"
#include "server/keys/timestamp.h"
#include "server/store/database.h"
#include "server/store/tables.h"

namespace dkimkeeper {

// The tables that are in a dump, those that others refer to first. Not the lease, the
// daemons and the agents: who lives is found out anew.
[[nodiscard]] std::span<const Table* const> DumpedTables();

// Writes what `database` holds at one moment; others go on meanwhile. Changes nothing.
// FAILED_PRECONDITION/STORE_TOO_NEW, INVALID_ARGUMENT/BAD_CONFIG where there is no store of this
// version, RESOURCE_EXHAUSTED/STORAGE_FULL where `out` fails, errors of KeyStore.
[[nodiscard]] Outcome WriteDump(Database& database, std::ostream& out);

// Fills `database`, whose schema is this program's, with a dump, all of it or nothing. Every wait
// counts from `now`: nobody knows what happened since the dump.
// FAILED_PRECONDITION/STORE_NOT_EMPTY unless it is new, INVALID_ARGUMENT/BAD_DOCUMENT names the
// line that no dump has; errors of KeyStore.
[[nodiscard]] Outcome ReadDump(Database& database, std::istream& in, Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_DUMP_H_

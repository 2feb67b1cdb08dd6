// The few statements the store is made of, built from a table's list of columns. SQL that SQLite
// and PostgreSQL take unchanged.
#ifndef SERVER_STORE_STATEMENTS_H_
#define SERVER_STORE_STATEMENTS_H_

#include <soci/soci.h>

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "server/store/row.h"
#include "server/store/tables.h"

namespace dkimkeeper {

// "a, b, c": all columns of `table`.
[[nodiscard]] std::string ColumnsOf(const Table& table);

// All below throw soci_error. Called inside a transaction.

// Inserts `row`, or replaces the one with the same primary key in place (what refers to it stays).
void Put(soci::session& session, const Row& row);

// Inserts `row`; false, and nothing done, when its primary key is taken.
[[nodiscard]] bool Add(soci::session& session, const Row& row);

// Which rows: those whose first columns of the primary key are these.
using KeyPrefix = std::initializer_list<std::string_view>;

void Remove(soci::session& session, const Table& table, KeyPrefix prefix);

// Calls `visit` with each row in order of the primary key, and stops when it fails.
[[nodiscard]] Outcome ForEach(soci::session& session, const Table& table, KeyPrefix prefix,
                              const std::function<Outcome(RowReader&)>& visit);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_STATEMENTS_H_

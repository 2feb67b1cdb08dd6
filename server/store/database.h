// Where SQLite and PostgreSQL differ; all other SQL is the same for both.
#ifndef SERVER_STORE_DATABASE_H_
#define SERVER_STORE_DATABASE_H_

#include <soci/soci.h>

#include <cstdint>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

enum class TransactionKind : std::uint8_t {
  kRead,     // sees a single state of the database throughout
  kWrite,    // the same; a conflict with another writer is found out at the latest by the commit
  kUpgrade,  // of the schema: no other upgrade runs meanwhile
};

// One connection. Not thread-safe. All throw soci_error.
class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  [[nodiscard]] virtual soci::session& session() = 0;

  // Begins a transaction; where the connection was lost, on a new one.
  virtual void Begin(TransactionKind kind) = 0;

  // Turns on what the store stands on. UNAVAILABLE/STORE_AWAY where it cannot be had. To be called
  // once it is sure that no newer program's store is touched.
  [[nodiscard]] virtual Outcome MakeDurable() = 0;
  // UNAVAILABLE/STORE_AWAY when what is written now would be lost.
  [[nodiscard]] virtual Outcome CheckInPlace() = 0;

  [[nodiscard]] virtual bool HasTable(std::string_view name) = 0;
  // No table at all, ours or another program's.
  [[nodiscard]] virtual bool IsEmpty() = 0;
};

}  // namespace dkimkeeper

#endif  // SERVER_STORE_DATABASE_H_

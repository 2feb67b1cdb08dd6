#include "server/store/transaction.h"

namespace dkimkeeper {

Transaction::Transaction(Database& database, TransactionKind kind) : database_(database) {
  database_.Begin(kind);
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.session().rollback();
  } catch (const soci::soci_error&) {  // NOLINT(bugprone-empty-catch)
    // After a failed write SQLite has often rolled back already; a lost connection has too.
  }
}

void Transaction::Commit() {
  database_.session().commit();
  open_ = false;
}

}  // namespace dkimkeeper

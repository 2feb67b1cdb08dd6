#include "server/store/transaction.h"

#include "server/store/sqlite.h"

namespace dkimkeeper {

Transaction::Transaction(soci::session& session, TransactionKind kind) : session_(session) {
  if (kind == TransactionKind::kWrite) {
    BeginWrite(session_);
  } else {
    BeginRead(session_);
  }
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    session_.rollback();
  } catch (const soci::soci_error&) {  // NOLINT(bugprone-empty-catch)
    // After a failed write SQLite has often rolled back already; a lost connection has too.
  }
}

void Transaction::Commit() {
  session_.commit();
  open_ = false;
}

}  // namespace dkimkeeper

// A database transaction that ends with its scope.
#ifndef SERVER_STORE_TRANSACTION_H_
#define SERVER_STORE_TRANSACTION_H_

#include "server/store/database.h"

namespace dkimkeeper {

// Rolled back on destruction unless committed. Not thread-safe. `database` must outlive this.
// The constructor and Commit throw soci_error.
class Transaction {
 public:
  Transaction(Database& database, TransactionKind kind);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  void Commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace dkimkeeper

#endif  // SERVER_STORE_TRANSACTION_H_

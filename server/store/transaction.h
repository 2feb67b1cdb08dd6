// A database transaction that ends with its scope.
#ifndef SERVER_STORE_TRANSACTION_H_
#define SERVER_STORE_TRANSACTION_H_

#include <soci/soci.h>

#include <cstdint>

namespace dkimkeeper {

enum class TransactionKind : std::uint8_t { kRead, kWrite };

// Rolled back on destruction unless committed. Not thread-safe. `session` must outlive this.
// The constructor and Commit throw soci_error.
class Transaction {
 public:
  Transaction(soci::session& session, TransactionKind kind);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  void Commit();

 private:
  soci::session& session_;
  bool open_ = true;
};

}  // namespace dkimkeeper

#endif  // SERVER_STORE_TRANSACTION_H_

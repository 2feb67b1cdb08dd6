// The seam to DNS as others see it.
#ifndef SERVER_DNS_RECORD_CHECKER_H_
#define SERVER_DNS_RECORD_CHECKER_H_

#include "server/dns/record_check.h"

namespace dkimkeeper {

// Thread-safe.
class RecordChecker {
 public:
  RecordChecker() = default;
  RecordChecker(const RecordChecker&) = delete;
  RecordChecker& operator=(const RecordChecker&) = delete;
  virtual ~RecordChecker() = default;

  // Asks now; `now` is only written down. Blocks on the network, for a bounded time however many
  // servers hang. What goes wrong is part of the answer.
  [[nodiscard]] virtual RecordCheck Check(const RecordQuestion& question, Timestamp now) = 0;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_RECORD_CHECKER_H_

// RecordChecker by asking DNS.
#ifndef SERVER_DNS_DNS_RECORD_CHECKER_H_
#define SERVER_DNS_DNS_RECORD_CHECKER_H_

#include <utility>

#include "server/dns/dns_client.h"
#include "server/dns/dns_options.h"
#include "server/dns/record_checker.h"

namespace dkimkeeper {

// First the authoritative servers of the record's zone, all of them; when they agree, and no
// sooner, the recursive resolvers: one that is asked too early remembers for its negative TTL what
// receivers then see. At most eight questions at a time, and ten times the time limit of one for
// all of them. Thread-safe; holds nothing between checks.
class DnsRecordChecker final : public RecordChecker {
 public:
  // `client` must outlive this.
  DnsRecordChecker(DnsClient& client, DnsOptions options)
      : client_(client), options_(std::move(options)) {}

  [[nodiscard]] RecordCheck Check(const RecordQuestion& question, Timestamp now) override;

 private:
  DnsClient& client_;
  const DnsOptions options_;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_DNS_RECORD_CHECKER_H_

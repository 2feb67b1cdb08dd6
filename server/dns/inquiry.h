// The questions of one check, and the time that is left for them.
#ifndef SERVER_DNS_INQUIRY_H_
#define SERVER_DNS_INQUIRY_H_

#include <chrono>
#include <mutex>
#include <set>
#include <string>

#include "server/dns/dns_client.h"
#include "server/dns/dns_options.h"

namespace dkimkeeper {

// Thread-safe. `client` and `options` must outlive this.
class Inquiry {
 public:
  // All questions together may take ten times what one may.
  Inquiry(DnsClient& client, const DnsOptions& options);

  // Over TCP; with `udp`, over UDP where TCP gave no answer. `over_udp` is set if it is UDP's.
  [[nodiscard]] DnsReply Ask(const ServerAddress& server, const DnsQuestion& question, bool udp,
                             bool& over_udp);
  [[nodiscard]] DnsReply Ask(const ServerAddress& server, const DnsQuestion& question);

  // One of the resolvers, the first that knows: NOERROR or NXDOMAIN.
  [[nodiscard]] DnsReply AskResolvers(const std::string& name, DnsType type);

  // Whether `server` may and can be asked; where not, its family is remembered as skipped.
  [[nodiscard]] bool CanReach(const ServerAddress& server);

  // Address families that were skipped, for people; empty: none.
  [[nodiscard]] std::string skipped() const;

  [[nodiscard]] const DnsOptions& options() const { return options_; }

 private:
  DnsReply AskOnce(const ServerAddress& server, const DnsQuestion& question,
                   DnsTransport transport);

  DnsClient& client_;
  const DnsOptions& options_;
  const std::chrono::steady_clock::time_point deadline_;
  mutable std::mutex mutex_;
  std::set<std::string> skipped_;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_INQUIRY_H_

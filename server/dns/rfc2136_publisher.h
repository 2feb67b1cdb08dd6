// Publishes by dynamic update (RFC 2136), signed with TSIG, over TCP.
#ifndef SERVER_DNS_RFC2136_PUBLISHER_H_
#define SERVER_DNS_RFC2136_PUBLISHER_H_

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "server/dns/ldns_update.h"
#include "server/dns/publisher.h"
#include "server/dns/publisher_options.h"
#include "server/dns/tcp_exchange.h"
#include "server/dns/update_words.h"

namespace dkimkeeper {

// Thread-safe. Asks the servers in their order until one answers. What stands there is fetched from
// the server that is then asked to change it, and what was fetched is the prerequisite of the
// change: nothing that somebody else did in between is lost. An answer that is lost, or not signed,
// is in doubt: what the server then shows decides.
class Rfc2136Publisher final : public Publisher {
 public:
  using Exchange = std::function<Result<std::string>(const ServerAddress&, std::string_view,
                                                     std::chrono::milliseconds)>;
  // `name`: the publisher's, for its errors.
  Rfc2136Publisher(std::string name, Rfc2136Options options, Exchange exchange = ExchangeOverTcp)
      : name_(std::move(name)), options_(std::move(options)), exchange_(std::move(exchange)) {}

  [[nodiscard]] Result<Publication> Publish(const RecordChange& change) override;

 private:
  struct Attempt;
  [[nodiscard]] Result<Publication> PublishAt(const Attempt& attempt) const;
  [[nodiscard]] Result<UpdateReply> Ask(const Attempt& attempt, const SignedMessage& message) const;
  [[nodiscard]] Result<StandingRecords> Fetch(const Attempt& attempt) const;
  [[nodiscard]] Outcome Update(const Attempt& attempt, ChangeStep step,
                               const StandingRecords& standing) const;
  [[nodiscard]] UpdateAsked AskedOf(const Attempt& attempt) const;

  const std::string name_;
  const Rfc2136Options options_;
  const Exchange exchange_;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_RFC2136_PUBLISHER_H_

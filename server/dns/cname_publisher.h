// Publishes below a zone of ours, where a CNAME of the domain's owner leads.
#ifndef SERVER_DNS_CNAME_PUBLISHER_H_
#define SERVER_DNS_CNAME_PUBLISHER_H_

#include <string>
#include <utility>

#include "server/dns/publisher.h"

namespace dkimkeeper {

// Thread-safe. Whether the owner's CNAME is there, the proof tells.
class CnamePublisher final : public Publisher {
 public:
  // `through` writes into `zone`, and must outlive this.
  CnamePublisher(std::string zone, Publisher& through)
      : zone_(std::move(zone)), through_(through) {}

  // Errors beside those of `through`: of DelegationTarget, which needs change.delegation_label.
  [[nodiscard]] Result<Publication> Publish(const RecordChange& change) override;

  [[nodiscard]] const std::string& zone() const { return zone_; }

 private:
  const std::string zone_;
  Publisher& through_;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_CNAME_PUBLISHER_H_

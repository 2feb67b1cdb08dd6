#include "server/dns/cname_publisher.h"

#include "server/dns/delegation.h"

namespace dkimkeeper {

Result<Publication> CnamePublisher::Publish(const RecordChange& change) {
  auto target = DelegationTarget(change.selector, change.delegation_label, zone_);
  if (!target) return Forward(target);
  RecordChange below = change;
  below.target = *std::move(target);
  return through_.Publish(below);
}

}  // namespace dkimkeeper

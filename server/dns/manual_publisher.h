// Publishes by asking a person: what to do stands in the instructions (record_instructions.h).
#ifndef SERVER_DNS_MANUAL_PUBLISHER_H_
#define SERVER_DNS_MANUAL_PUBLISHER_H_

#include "server/dns/publisher.h"

namespace dkimkeeper {

// Thread-safe.
class ManualPublisher final : public Publisher {
 public:
  // kAsked, each time.
  [[nodiscard]] Result<Publication> Publish(const RecordChange& change) override {
    const auto name = NameWritten(change);
    if (!name) return Forward(name);
    return Publication::kAsked;
  }
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_MANUAL_PUBLISHER_H_

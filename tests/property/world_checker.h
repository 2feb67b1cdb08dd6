// How one daemon sees DNS.
#ifndef TESTS_PROPERTY_WORLD_CHECKER_H_
#define TESTS_PROPERTY_WORLD_CHECKER_H_

#include <functional>

#include "server/dns/record_checker.h"
#include "tests/property/dns_world.h"
#include "tests/property/host.h"

namespace dkimkeeper::sim {

// Not thread-safe.
class WorldChecker final : public RecordChecker {
 public:
  struct Parts {
    DnsWorld& world;
    Host& host;
    // Told of each check that proved a key's record.
    std::function<void(const RecordQuestion&)> proven;
    // Planted bug: one server's word is enough, and nothing is waited out.
    bool hasty = false;
  };
  explicit WorldChecker(Parts parts) : parts_(std::move(parts)) {}  // all must outlive this

  [[nodiscard]] RecordCheck Check(const RecordQuestion& question, Timestamp now) override;

 private:
  void AskServers(const RecordQuestion& question, RecordCheck& check) const;
  void AskResolvers(const RecordQuestion& question, RecordCheck& check) const;

  const Parts parts_;
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_WORLD_CHECKER_H_

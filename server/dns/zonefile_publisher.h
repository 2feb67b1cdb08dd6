// Publishes into a zone file of its own, and has a name server load it.
#ifndef SERVER_DNS_ZONEFILE_PUBLISHER_H_
#define SERVER_DNS_ZONEFILE_PUBLISHER_H_

#include <mutex>
#include <string>
#include <utility>

#include "proto/base/clock.h"
#include "server/dns/own_zone_file.h"
#include "server/dns/publisher.h"
#include "server/dns/publisher_options.h"
#include "server/dns/run_command.h"

namespace dkimkeeper {

// Thread-safe: one change at a time. No other publisher or program may write the file. A file to
// include leaves the SOA serial to the reload command; of a whole zone the serial is raised here.
// The reload command runs after each change and, because it may have failed before, after one that
// stands in the file already.
class ZonefilePublisher final : public Publisher {
 public:
  // `name`: the publisher's, for its errors. `reload` runs options.reload; it is empty where that
  // is. `clock`, which gives the date in the serial, must outlive this.
  ZonefilePublisher(std::string name, ZonefileOptions options, RunCommand reload,
                    const Clock& clock)
      : name_(std::move(name)),
        options_(std::move(options)),
        reload_(std::move(reload)),
        clock_(clock) {}

  [[nodiscard]] Result<Publication> Publish(const RecordChange& change) override;

 private:
  [[nodiscard]] Result<OwnZoneFile> Read() const;
  [[nodiscard]] Outcome Write(OwnZoneFile file) const;
  [[nodiscard]] Outcome Reload() const;

  const std::string name_;
  const ZonefileOptions options_;
  const RunCommand reload_;
  const Clock& clock_;
  std::mutex mutex_;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_ZONEFILE_PUBLISHER_H_

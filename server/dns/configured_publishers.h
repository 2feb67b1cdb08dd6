// The publishers of a configuration.
#ifndef SERVER_DNS_CONFIGURED_PUBLISHERS_H_
#define SERVER_DNS_CONFIGURED_PUBLISHERS_H_

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/clock.h"
#include "server/base/command_runner.h"
#include "server/dns/manual_publisher.h"
#include "server/dns/publisher.h"
#include "server/dns/publisher_options.h"

namespace dkimkeeper {

// The programs that they run: what their CommandRunner is started with.
[[nodiscard]] std::vector<Command> CommandsOf(std::span<const PublisherOptions> publishers);

// Thread-safe.
class ConfiguredPublishers final : public Publishers {
 public:
  // INVALID_ARGUMENT/BAD_CONFIG: two have one name, one is to write through another that is not
  // there or is itself a cname (the configuration's reader says so with line numbers). `runner`
  // runs CommandsOf(options), and is null where that is empty; it and `clock` must outlive this.
  [[nodiscard]] static Result<std::unique_ptr<ConfiguredPublishers>> Make(
      std::span<const PublisherOptions> options, const CommandRunner* runner, const Clock& clock);

  [[nodiscard]] Result<Publisher*> Find(std::string_view name) const override;

 private:
  ConfiguredPublishers() = default;

  mutable ManualPublisher by_hand_;
  std::map<std::string, std::unique_ptr<Publisher>, std::less<>> by_name_;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_CONFIGURED_PUBLISHERS_H_

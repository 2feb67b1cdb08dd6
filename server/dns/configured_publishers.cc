#include "server/dns/configured_publishers.h"

#include <optional>
#include <utility>
#include <variant>

#include "proto/reason.h"
#include "server/dns/cname_publisher.h"
#include "server/dns/exec_publisher.h"
#include "server/dns/rfc2136_publisher.h"
#include "server/dns/zonefile_publisher.h"

namespace dkimkeeper {
namespace {

std::optional<Command> CommandOf(const PublisherOptions& publisher) {
  if (const auto* zonefile = std::get_if<ZonefileOptions>(&publisher.how)) {
    if (zonefile->reload.empty()) return std::nullopt;
    return Command{zonefile->reload, zonefile->time_limit};
  }
  if (const auto* exec = std::get_if<ExecOptions>(&publisher.how)) {
    return Command{exec->command, exec->time_limit};
  }
  return std::nullopt;
}

RunCommand RunOf(const PublisherOptions& publisher, const CommandRunner* runner) {
  auto command = CommandOf(publisher);
  if (!command) return nullptr;
  return [runner, command = *std::move(command)](std::string_view input) {
    return runner->Run(command, input);
  };
}

// Null for a cname, which needs the others.
std::unique_ptr<Publisher> MakeOne(const PublisherOptions& publisher, const CommandRunner* runner,
                                   const Clock& clock) {
  if (const auto* update = std::get_if<Rfc2136Options>(&publisher.how)) {
    return std::make_unique<Rfc2136Publisher>(publisher.name, *update);
  }
  if (const auto* zonefile = std::get_if<ZonefileOptions>(&publisher.how)) {
    return std::make_unique<ZonefilePublisher>(publisher.name, *zonefile, RunOf(publisher, runner),
                                               clock);
  }
  if (const auto* exec = std::get_if<ExecOptions>(&publisher.how)) {
    return std::make_unique<ExecPublisher>(publisher.name, *exec, RunOf(publisher, runner));
  }
  return nullptr;
}

tl::unexpected<Error> Bad(const std::string& name, const std::string& what) {
  return Fail(Code::kInvalidArgument, reason::kBadConfig, "the publisher " + name + " " + what);
}

}  // namespace

std::vector<Command> CommandsOf(std::span<const PublisherOptions> publishers) {
  std::vector<Command> commands;
  for (const PublisherOptions& publisher : publishers) {
    if (auto command = CommandOf(publisher)) commands.push_back(*std::move(command));
  }
  return commands;
}

Result<std::unique_ptr<ConfiguredPublishers>> ConfiguredPublishers::Make(
    std::span<const PublisherOptions> options, const CommandRunner* runner, const Clock& clock) {
  std::unique_ptr<ConfiguredPublishers> made(new ConfiguredPublishers);
  for (const PublisherOptions& publisher : options) {
    auto one = MakeOne(publisher, runner, clock);
    if (one && !made->by_name_.emplace(publisher.name, std::move(one)).second) {
      return Bad(publisher.name, "is there twice; give each a name of its own");
    }
  }
  std::map<std::string, std::unique_ptr<Publisher>, std::less<>> cnames;
  for (const PublisherOptions& publisher : options) {
    const auto* cname = std::get_if<CnameOptions>(&publisher.how);
    if (cname == nullptr) continue;
    const auto through = made->by_name_.find(cname->through);
    if (through == made->by_name_.end()) {
      return Bad(publisher.name, "writes through " + cname->through +
                                     ", which is no publisher that writes itself; name one");
    }
    auto one = std::make_unique<CnamePublisher>(cname->zone, *through->second);
    if (made->by_name_.contains(publisher.name) ||
        !cnames.emplace(publisher.name, std::move(one)).second) {
      return Bad(publisher.name, "is there twice; give each a name of its own");
    }
  }
  made->by_name_.merge(cnames);
  return made;
}

Result<Publisher*> ConfiguredPublishers::Find(std::string_view name) const {
  if (name.empty()) return &by_hand_;
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) return found->second.get();
  std::string known;
  for (const auto& [each, publisher] : by_name_) known += (known.empty() ? "" : ", ") + each;
  return Fail(Code::kNotFound, reason::kPublisherUnknown,
              "there is no publisher " + std::string(name) + "; " +
                  (known.empty() ? "none is configured" : "configured are: " + known) +
                  ", and \"\" is by hand");
}

}  // namespace dkimkeeper

#include "server/dns/zonefile_publisher.h"

#include <filesystem>

#include "proto/base/read_file.h"
#include "proto/base/replace_file.h"
#include "proto/reason.h"
#include "server/dns/dns_name.h"

namespace dkimkeeper {
namespace {

// Some hundred thousand records.
constexpr std::size_t kMaxFileBytes = std::size_t{256} << 20;
constexpr std::size_t kMaxHeaderBytes = std::size_t{64} << 10;
constexpr mode_t kMode = 0644;  // name servers run under users of their own

tl::unexpected<Error> Refused(std::string message) {
  return Fail(Code::kFailedPrecondition, reason::kPublishRefused, std::move(message));
}

tl::unexpected<Error> Away(std::string message) {
  return Fail(Code::kUnavailable, reason::kPublisherAway, std::move(message));
}

StandingRecords StandingAt(const OwnZoneFile& file, const std::string& name) {
  StandingRecords standing;
  const auto found = file.records.find(name);
  if (found == file.records.end()) return standing;
  for (const ZoneFileRecord& record : found->second) standing.txt.push_back(record.strings);
  return standing;
}

}  // namespace

Result<OwnZoneFile> ZonefilePublisher::Read() const {
  std::error_code error;
  if (!std::filesystem::exists(options_.file, error) && !error) return OwnZoneFile();
  const auto text = ReadFile(options_.file, kMaxFileBytes);
  if (!text) {
    return Away("the zone file " + options_.file + " cannot be read: " + text.error().message);
  }
  auto file = ParseOwnZoneFile(*text);
  if (!file) return Refused("the zone file " + options_.file + ": " + file.error().message);
  return file;
}

Outcome ZonefilePublisher::Write(OwnZoneFile file) const {
  std::string header;
  if (options_.header_file.empty()) {
    file.serial.reset();
  } else {
    auto text = ReadFile(options_.header_file, kMaxHeaderBytes);
    if (!text) {
      return Refused("the header " + options_.header_file +
                     " of the zone cannot be read: " + text.error().message);
    }
    header = *std::move(text);
    file.serial =
        NextSerial(file.serial.value_or(0), std::chrono::floor<std::chrono::days>(clock_.Now()));
  }
  const auto text = RenderOwnZoneFile(file, header);
  if (!text) return Refused(options_.header_file + ": " + text.error().message);
  if (const auto written = ReplaceFile(options_.file, *text, kMode); !written) {
    return Away("the zone file " + options_.file + " cannot be written (" +
                written.error().message + "); let the daemon's user write to its directory");
  }
  return {};
}

Outcome ZonefilePublisher::Reload() const {
  if (!reload_) return {};
  const auto result = reload_("");
  if (!result) return Away(result.error().message);
  if (result->failure.empty()) return {};
  return Away("the zone file " + options_.file + " is written, but its reload command " +
              options_.reload.front() + " failed (" + result->failure +
              "); it is run again with the next attempt");
}

Result<Publication> ZonefilePublisher::Publish(const RecordChange& change) {
  const auto name = NameWritten(change);
  if (!name) return Forward(name);
  if (!IsNameAtOrBelow(*name, options_.zone)) {
    return Refused("the publisher " + name_ + " writes the zone " + options_.zone +
                   ", which does not hold " + *name + "; choose another publisher");
  }
  const std::lock_guard lock(mutex_);
  auto file = Read();
  if (!file) return Forward(file);
  const auto step = StepFor(change, StandingAt(*file, *name));
  if (!step) return Forward(step);
  if (*step != ChangeStep::kNothing) {
    file->records.erase(*name);
    if (change.after) {
      file->records[*name] = {NewZoneFileRecord(*name, change.ttl, RenderKeyRecord(*change.after))};
    }
    if (const auto written = Write(*std::move(file)); !written) return Forward(written);
  }
  if (const auto reloaded = Reload(); !reloaded) return Forward(reloaded);
  return Publication::kDone;
}

}  // namespace dkimkeeper

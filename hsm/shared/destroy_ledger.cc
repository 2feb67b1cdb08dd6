#include "hsm/shared/destroy_ledger.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "hsm/shared/layout.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kLongestId = 32;

struct Entry {
  std::int64_t at = 0;  // nanoseconds of the monotonic clock; 0: never used
  std::array<char, kLongestId> id = {};
  std::uint64_t id_size = 0;

  [[nodiscard]] bool Names(const KeyId& other) const {
    return std::string_view(id.data(), std::min(id_size, std::uint64_t{kLongestId})) ==
           other.bytes();
  }
};

Entry EntryOf(const KeyId& id, std::int64_t at) {
  Entry entry{.at = at, .id_size = id.bytes().size()};
  std::ranges::copy(id.bytes(), entry.id.begin());
  return entry;
}

// The host's clock begins anew when the host is started, and the file may be older. What another
// worker entered a moment ago may be a little after our now.
void ForgetOtherBoots(std::vector<Entry>& entries, std::int64_t now) {
  constexpr std::int64_t kMoment = nanoseconds(std::chrono::minutes(1)).count();
  for (Entry& entry : entries) {
    if (entry.at > now + kMoment) entry = {};
  }
}

tl::unexpected<Error> Unusable() {
  return Fail(
      Code::kResourceExhausted, reason::kDestroyLimit,
      "The token's worker cannot keep count of destroyed keys, so it destroys none: restart "
      "the service.");
}

tl::unexpected<Error> Refused(unsigned limit, nanoseconds wait) {
  Error error{Code::kResourceExhausted, std::string(reason::kDestroyLimit),
              "The token's worker destroys at most " + std::to_string(limit) +
                  " keys an hour; wait, or raise the token's `destroy_limit`."};
  error.retry_after = std::chrono::ceil<std::chrono::milliseconds>(wait);
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace

Outcome DestroyLedger::Allow(const KeyId& id, Deadline now) {
  if (limit_ == 0) return Refused(0, kWindow);
  const std::lock_guard lock(mutex_);
  const auto hold = ProcessLock(file_).Take(
      ProcessLock::Place::kLedger, ProcessLock::Mode::kExclusive, now + std::chrono::seconds(1));
  if (!hold || file_ < 0) return Unusable();
  std::vector<Entry> entries(limit_);
  const std::size_t bytes = entries.size() * sizeof(Entry);
  if (pread(file_, entries.data(), bytes, layout::kLedger) < 0) return Unusable();

  const std::int64_t now_ns = nanoseconds(now.time_since_epoch()).count();
  const std::int64_t start = now_ns - nanoseconds(kWindow).count();
  ForgetOtherBoots(entries, now_ns);
  const auto is_new = [&](const Entry& entry) { return entry.at != 0 && entry.at > start; };
  auto place = std::ranges::find_if(
      entries, [&](const Entry& entry) { return is_new(entry) && entry.Names(id); });
  if (place == entries.end()) {
    place = std::ranges::min_element(entries, {}, &Entry::at);
    if (is_new(*place)) return Refused(limit_, nanoseconds(place->at - start));
  }
  const Entry entry = EntryOf(id, now_ns);
  const off_t where = layout::kLedger + (place - entries.begin()) * off_t{sizeof entry};
  if (pwrite(file_, &entry, sizeof entry, where) != sizeof entry) return Unusable();
  return {};
}

}  // namespace dkimkeeper

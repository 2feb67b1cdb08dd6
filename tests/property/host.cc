#include "tests/property/host.h"

namespace dkimkeeper::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Far from the epoch; when history begins.
constexpr auto kBeginning =
    std::chrono::sys_days(std::chrono::year(2026) / std::chrono::January / 1);

}  // namespace

std::chrono::system_clock::time_point Host::Now() const {
  return kBeginning + agenda_.now().time_since_epoch() + offset_;
}

std::chrono::steady_clock::time_point Host::Steady() const {
  return std::chrono::steady_clock::time_point(std::chrono::hours(1)) +
         agenda_.now().time_since_epoch();
}

Instant Host::TrueTimeOf(Timestamp at) const { return Instant(at - kBeginning - offset_); }

Fate Host::Meet(bool pauses) {
  if (!up_) return Fate::kFails;
  if (!trouble_.on) return Fate::kFine;
  if (chance_.Of(trouble_.crash)) {
    tally_.Add(Kind::kCrashInEffect);
    up_ = false;
    return chance_.Of(0.5) ? Fate::kFails : Fate::kFailsAfterwards;
  }
  if (pauses && trouble_.nested < 2 && chance_.Of(trouble_.pause)) Pause();
  if (!up_) return Fate::kFails;
  if (!chance_.Of(trouble_.fault)) return Fate::kFine;
  return chance_.Of(0.5) ? Fate::kFails : Fate::kFailsAfterwards;
}

void Host::Pause() {
  tally_.Add(Kind::kTwoAtOnce);
  ++trouble_.nested;
  const bool led = trouble_.lease_holder == name_;
  frozen_ = chance_.Of(0.4);
  if (frozen_) trouble_.wake_all();
  agenda_.RunUntil(agenda_.now() + chance_.Between(seconds(1), minutes(20)));
  if (led && trouble_.lease_holder != name_) tally_.Add(Kind::kLeaseLost);
  frozen_ = false;
  --trouble_.nested;
}

}  // namespace dkimkeeper::sim

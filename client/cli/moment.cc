#include "client/cli/moment.h"

#include <array>
#include <cstdio>
#include <optional>

#include "proto/base/duration_text.h"
#include "proto/dkim/ascii.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using std::chrono::microseconds;

// A "Z" stands after a time of day only.
constexpr std::string_view kDate = "2026-07-01Z";

// Takes numbers of so many digits off the front; once it failed, it stays so.
class Digits {
 public:
  explicit Digits(std::string_view text) : rest_(text) {}

  int Number(std::size_t digits) {
    int value = 0;
    good_ = good_ && rest_.size() >= digits;
    for (std::size_t i = 0; good_ && i < digits; ++i) {
      good_ = IsAsciiDigit(rest_[i]);
      value = value * 10 + (rest_[i] - '0');
    }
    if (good_) rest_.remove_prefix(digits);
    return value;
  }

  void Expect(std::string_view any_of) {
    good_ = good_ && !rest_.empty() && any_of.find(rest_.front()) != std::string_view::npos;
    if (good_) rest_.remove_prefix(1);
  }

  // What follows the decimal point, in microseconds.
  int Fraction() {
    int value = 0;
    int unit = 100'000;
    for (; good_ && unit > 0 && !rest_.empty(); unit /= 10) value += Number(1) * unit;
    return value;
  }

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::optional<Moment> ParseCalendar(std::string_view text) {
  if (text.ends_with('Z') && text.size() > kDate.size()) text.remove_suffix(1);
  Digits digits(text);
  const int year = digits.Number(4);
  digits.Expect("-");
  const int month = digits.Number(2);
  digits.Expect("-");
  const int day = digits.Number(2);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  std::array<int, 4> time{};  // hours, minutes, seconds, microseconds
  if (!digits.empty()) {
    digits.Expect("T ");
    time[0] = digits.Number(2);
    digits.Expect(":");
    time[1] = digits.Number(2);
    if (!digits.empty()) {
      digits.Expect(":");
      time[2] = digits.Number(2);
      if (!digits.empty()) {
        digits.Expect(".");
        time[3] = digits.Fraction();
      }
    }
  }
  if (!digits.good() || !digits.empty() || !date.ok() || time[0] > 23 || time[1] > 59 ||
      time[2] > 59)
    return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(time[0]) + std::chrono::minutes(time[1]) +
         std::chrono::seconds(time[2]) + microseconds(time[3]);
}

}  // namespace

Result<Moment> ParseMoment(std::string_view text, std::int64_t now_ms) {
  if (const auto ago = ParseDuration(text))
    return Moment(microseconds(std::chrono::milliseconds(now_ms) - *ago));
  if (const auto moment = ParseCalendar(text)) return *moment;
  return Fail(Code::kInvalidArgument, reason::kBadOption,
              std::string(text) +
                  " is no point in time: write 2026-07-01, 2026-07-01T14:03:05Z, or 2h for how "
                  "long ago");
}

std::string MomentText(Moment moment) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(moment - day);
  std::array<char, 48> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace dkimkeeper

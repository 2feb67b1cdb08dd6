// The texts of policy settings: one type for each kind of value. Read answers nothing where the
// text is no such value; Print answers the canonical text, which Read takes.
#ifndef SERVER_KEYS_SETTING_VALUES_H_
#define SERVER_KEYS_SETTING_VALUES_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/duration_text.h"
#include "server/keys/key_policy.h"

namespace dkimkeeper {

// Milliseconds.
inline constexpr std::int64_t kSecond = 1'000;
inline constexpr std::int64_t kDay = 86'400'000;

template <std::int64_t Least, std::int64_t Most>
struct DurationValue {
  static std::optional<std::chrono::milliseconds> Read(std::string_view text) {
    const auto duration = ParseDuration(text);
    if (!duration || duration->count() < Least || duration->count() > Most) return {};
    return duration;
  }
  static std::string Print(std::chrono::milliseconds value) { return FormatDuration(value); }
};

template <std::int64_t Least, std::int64_t Most>
struct SecondsValue {
  static std::optional<std::chrono::seconds> Read(std::string_view text) {
    const auto duration = DurationValue<Least * kSecond, Most * kSecond>::Read(text);
    if (!duration || duration->count() % kSecond != 0) return {};
    return std::chrono::duration_cast<std::chrono::seconds>(*duration);
  }
  static std::string Print(std::chrono::seconds value) { return FormatDuration(value); }
};

struct BoolValue {
  static std::optional<bool> Read(std::string_view text);
  static std::string Print(bool value) { return value ? "true" : "false"; }
};

struct ModeValue {
  static std::optional<RotationMode> Read(std::string_view text);
  static std::string Print(RotationMode value);
};

struct ProofValue {
  static std::optional<ProofBy> Read(std::string_view text);
  static std::string Print(ProofBy value);
};

struct RecordLostValue {
  static std::optional<OnRecordLost> Read(std::string_view text);
  static std::string Print(OnRecordLost value);
};

struct FromAlignmentValue {
  static std::optional<FromAlignment> Read(std::string_view text);
  static std::string Print(FromAlignment value);
};

struct RsaBitsValue {
  static std::optional<unsigned> Read(std::string_view text);
  static std::string Print(unsigned value) { return std::to_string(value); }
};

// One or more, each once; printed in the enumeration's order.
struct AlgorithmListValue {
  static std::optional<std::vector<Algorithm>> Read(std::string_view text);
  static std::string Print(const std::vector<Algorithm>& value);
};

// Underscores are taken: whether the domain allows them, the domain says.
struct SelectorListValue {
  static std::optional<std::vector<Selector>> Read(std::string_view text);
  static std::string Print(const std::vector<Selector>& value);
};

// Of selectors; every name made from it is one (server/lifecycle/selector_name.h).
struct TemplateValue {
  static std::optional<std::string> Read(std::string_view text);
  static std::string Print(const std::string& value) { return value; }
};

// "manual" is the empty name: by hand.
struct PublisherValue {
  static std::optional<std::string> Read(std::string_view text);
  static std::string Print(const std::string& value) { return value.empty() ? "manual" : value; }
};

// n= in UTF-8, without control characters.
struct NoteValue {
  static std::optional<std::string> Read(std::string_view text);
  static std::string Print(const std::string& value) { return value; }
};

}  // namespace dkimkeeper

#endif  // SERVER_KEYS_SETTING_VALUES_H_

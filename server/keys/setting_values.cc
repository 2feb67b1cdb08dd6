#include "server/keys/setting_values.h"

#include <algorithm>

#include "proto/dkim/ascii.h"
#include "proto/dkim/utf8.h"
#include "server/keys/selector_template.h"

namespace dkimkeeper {
namespace {

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words = Split(text, ' ');
  std::erase(words, "");
  return words;
}

// One of two values by its name.
template <typename T>
std::optional<T> ReadEither(std::string_view text, T first, T second,
                            std::string (*print)(T value)) {
  if (text == print(first)) return first;
  if (text == print(second)) return second;
  return std::nullopt;
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

}  // namespace

std::optional<bool> BoolValue::Read(std::string_view text) {
  return ReadEither(text, true, false, &Print);
}

std::optional<RotationMode> ModeValue::Read(std::string_view text) {
  return ReadEither(text, RotationMode::kAuto, RotationMode::kManual, &Print);
}

std::string ModeValue::Print(RotationMode value) {
  return value == RotationMode::kAuto ? "auto" : "manual";
}

std::optional<ProofBy> ProofValue::Read(std::string_view text) {
  return ReadEither(text, ProofBy::kServers, ProofBy::kResolvers, &Print);
}

std::string ProofValue::Print(ProofBy value) {
  return value == ProofBy::kServers ? "servers" : "resolvers";
}

std::optional<OnRecordLost> RecordLostValue::Read(std::string_view text) {
  return ReadEither(text, OnRecordLost::kAlarm, OnRecordLost::kSwitch, &Print);
}

std::string RecordLostValue::Print(OnRecordLost value) {
  return value == OnRecordLost::kAlarm ? "alarm" : "switch";
}

std::optional<FromAlignment> FromAlignmentValue::Read(std::string_view text) {
  return ReadEither(text, FromAlignment::kEqual, FromAlignment::kBelow, &Print);
}

std::string FromAlignmentValue::Print(FromAlignment value) {
  return value == FromAlignment::kEqual ? "equal" : "below";
}

std::optional<unsigned> RsaBitsValue::Read(std::string_view text) {
  for (const unsigned bits : {2048U, 3072U, 4096U}) {
    if (text == Print(bits)) return bits;
  }
  return std::nullopt;
}

std::optional<std::vector<Algorithm>> AlgorithmListValue::Read(std::string_view text) {
  std::vector<Algorithm> algorithms;
  for (const std::string_view word : Words(text)) {
    const auto algorithm = ParseAlgorithm(word);
    if (!algorithm || std::ranges::count(algorithms, *algorithm) > 0) return std::nullopt;
    algorithms.push_back(*algorithm);
  }
  if (algorithms.empty()) return std::nullopt;
  std::ranges::sort(algorithms);
  return algorithms;
}

std::string AlgorithmListValue::Print(const std::vector<Algorithm>& value) {
  std::string text;
  for (const Algorithm algorithm : value) {
    text.append(text.empty() ? "" : " ").append(AlgorithmName(algorithm));
  }
  return text;
}

std::optional<std::vector<Selector>> SelectorListValue::Read(std::string_view text) {
  std::vector<Selector> selectors;
  for (const std::string_view word : Words(text)) {
    auto selector = Selector::Parse(word, Underscore::kAllowed);
    if (!selector) return std::nullopt;
    selectors.push_back(*std::move(selector));
  }
  return selectors;
}

std::string SelectorListValue::Print(const std::vector<Selector>& value) {
  std::string text;
  for (const Selector& selector : value) {
    text.append(text.empty() ? "" : " ").append(selector.str());
  }
  return text;
}

std::optional<std::string> TemplateValue::Read(std::string_view text) {
  constexpr SelectorParts kSample{
      .date = "20260214", .random = "k3f9x", .sender = "default", .algorithm = "ed25519"};
  std::string lower = ToAsciiLower(text);
  const auto name = ExpandTemplate(lower, kSample);
  if (!name || !Selector::Parse(*name, Underscore::kAllowed)) return std::nullopt;
  return lower;
}

std::optional<std::string> PublisherValue::Read(std::string_view text) {
  if (text == "manual") return "";
  const auto allowed = [](char c) { return (IsAsciiAlnum(c) && !IsAsciiUpper(c)) || c == '-'; };
  if (text.empty() || text.size() > 32 || !std::ranges::all_of(text, allowed)) return std::nullopt;
  return std::string(text);
}

std::optional<std::string> NoteValue::Read(std::string_view text) {
  constexpr std::size_t kMostOctets = 128;
  if (text.size() > kMostOctets || !IsUtf8(text)) return std::nullopt;
  if (std::ranges::any_of(text, IsControl)) return std::nullopt;
  return std::string(text);
}

}  // namespace dkimkeeper

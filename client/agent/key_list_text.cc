#include "client/agent/key_list_text.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kFirst = "dkimkeeper-keys 1 ";
constexpr std::string_view kLast = "end ";
constexpr std::string_view kTempfail = "tempfail";
constexpr std::string_view kUnsigned = "unsigned";
constexpr std::string_view kNoEnd = "-";
constexpr std::string_view kHeaders = "headers";

template <typename Number>
std::optional<Number> NumberIn(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string_view> PartsOf(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t next = text.find(at);
    parts.push_back(text.substr(0, next));
    if (next == std::string_view::npos) return parts;
    text.remove_prefix(next + 1);
  }
}

std::optional<FailPolicy> PolicyIn(std::string_view word) {
  if (word == kTempfail) return FailPolicy::kTempfail;
  if (word == kUnsigned) return FailPolicy::kUnsigned;
  return std::nullopt;
}

std::optional<SigningKey> KeyIn(std::string_view line) {
  const auto words = PartsOf(line, ' ');
  const bool headers_required = words.size() == 7 && words[6] == kHeaders;
  if (words.size() != 6 && !headers_required) return std::nullopt;
  auto domain = Domain::Parse(words[0]);
  auto sender = Sender::Parse(words[1]);
  auto selector = Selector::Parse(words[2], Underscore::kAllowed);
  const auto algorithm = ParseAlgorithm(words[3]);
  const auto policy = PolicyIn(words[4]);
  if (!domain || !sender || !selector || !algorithm || !policy) return std::nullopt;
  SigningKey key{.domain = *std::move(domain),
                 .sender = *std::move(sender),
                 .selector = *std::move(selector),
                 .algorithm = *algorithm,
                 .fail_policy = *policy,
                 .signs_until_ms = {},
                 .headers_required = headers_required};
  if (words[5] == kNoEnd) return key;
  key.signs_until_ms = NumberIn<std::int64_t>(words[5]);
  if (!key.signs_until_ms) return std::nullopt;
  return key;
}

tl::unexpected<Error> Refuse(std::size_t line) {
  return Fail(Code::kInvalidArgument, reason::kBadDocument,
              "line " + std::to_string(line) +
                  " is not what the agent writes; remove the file, it is made anew");
}

void AppendKey(const SigningKey& key, std::string& text) {
  text.append(key.domain.str()).append(" ").append(key.sender.str()).append(" ");
  text.append(key.selector.str()).append(" ").append(AlgorithmName(key.algorithm)).append(" ");
  text.append(key.fail_policy == FailPolicy::kUnsigned ? kUnsigned : kTempfail).append(" ");
  text.append(key.signs_until_ms ? std::to_string(*key.signs_until_ms) : kNoEnd);
  if (key.headers_required) text.append(" ").append(kHeaders);
  text.append("\n");
}

}  // namespace

std::string RenderKeyList(const SigningKeys& keys) {
  std::string text(kFirst);
  text.append(std::to_string(keys.generation)).append("\n");
  for (const SigningKey& key : keys.keys) AppendKey(key, text);
  return text.append(kLast).append(std::to_string(keys.keys.size())).append("\n");
}

Result<SigningKeys> ParseKeyList(std::string_view text) {
  const auto lines = PartsOf(text, '\n');
  // What follows the last line end is empty.
  if (lines.size() < 3 || !lines.back().empty()) return Refuse(lines.size());
  const std::size_t last = lines.size() - 2;
  if (!lines.front().starts_with(kFirst)) return Refuse(1);
  const auto generation = NumberIn<std::uint64_t>(lines.front().substr(kFirst.size()));
  if (!generation) return Refuse(1);
  SigningKeys keys;
  keys.generation = *generation;
  for (std::size_t i = 1; i < last; ++i) {
    auto key = KeyIn(lines[i]);
    if (!key) return Refuse(i + 1);
    keys.keys.push_back(*std::move(key));
  }
  // The last line, and whatever could have been written in two ways.
  if (RenderKeyList(keys) != text) return Refuse(last + 1);
  return keys;
}

}  // namespace dkimkeeper

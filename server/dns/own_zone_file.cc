#include "server/dns/own_zone_file.h"

#include <charconv>

#include "proto/dkim/ascii.h"
#include "proto/dkim/label.h"
#include "proto/dkim/txt_record.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kIncludeHead =
    "; Written by dkimkeeperd: key records, and nothing else.";
constexpr std::string_view kZoneHead = "; Written by dkimkeeperd: do not edit; serial ";
constexpr std::string_view kRecordsHead = "; Key records.";
constexpr std::string_view kSerialMark = "{serial}";
constexpr std::size_t kMaxStringOctets = 255;

tl::unexpected<Error> Bad(std::string message) {
  return Fail(Code::kInvalidArgument, reason::kBadDocument, std::move(message));
}

// Takes `prefix` off the front of `text`.
bool Take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::uint32_t> TakeNumber(std::string_view& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::string TakeLine(std::string_view& text) {
  const auto end = text.find('\n');
  std::string line(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// What stands after a backslash: \X or \DDD (RFC 1035 §5.1).
std::optional<char> TakeEscape(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  if (!IsAsciiDigit(text.front())) {
    const char c = text.front();
    text.remove_prefix(1);
    return c;
  }
  unsigned octet = 0;
  for (int i = 0; i < 3; ++i) {
    if (text.empty() || !IsAsciiDigit(text.front())) return std::nullopt;
    octet = octet * 10 + static_cast<unsigned>(text.front() - '0');
    text.remove_prefix(1);
  }
  if (octet > 255) return std::nullopt;
  return static_cast<char>(octet);
}

std::optional<std::string> TakeString(std::string_view& text) {
  if (!Take(text, "\"")) return std::nullopt;
  std::string string;
  while (!text.empty()) {
    if (Take(text, "\""))
      return string.size() <= kMaxStringOctets ? std::optional(string) : std::nullopt;
    char c = text.front();
    text.remove_prefix(1);
    if (c == '\\') {
      const auto escaped = TakeEscape(text);
      if (!escaped) return std::nullopt;
      c = *escaped;
    }
    string += c;
  }
  return std::nullopt;
}

// The strings to the end of the line; nothing where it holds something else.
std::optional<TxtStrings> TakeStrings(std::string_view text) {
  const bool several = Take(text, "( ");
  TxtStrings strings;
  do {
    auto string = TakeString(text);
    if (!string) return std::nullopt;
    strings.push_back(*std::move(string));
  } while (several && Take(text, " ") && !text.starts_with(')'));
  if (several && !Take(text, ")")) return std::nullopt;
  return text.empty() ? std::optional(strings) : std::nullopt;
}

bool IsName(std::string_view name) {
  if (name.size() > kMaxNameOctets) return false;
  for (const std::string_view label : Split(name, '.')) {
    if (LabelFault(label, Underscore::kAllowed)) return false;
  }
  return true;
}

// `name. TTL IN TXT strings`. false: it is none.
bool ReadRecord(const std::string& line, OwnZoneFile& file) {
  std::string_view rest = line;
  const std::string name(rest.substr(0, rest.find(". ")));
  if (!IsName(name) || !Take(rest, name) || !Take(rest, ". ")) return false;
  if (!TakeNumber(rest) || !Take(rest, " IN TXT ")) return false;
  auto strings = TakeStrings(rest);
  if (!strings) return false;
  file.records[name].push_back({*std::move(strings), line});
  return true;
}

std::string WithSerial(std::string header, SoaSerial serial) {
  header.replace(header.find(kSerialMark), kSerialMark.size(), std::to_string(serial));
  if (!header.ends_with('\n')) header += '\n';
  return header;
}

}  // namespace

ZoneFileRecord NewZoneFileRecord(const std::string& name, std::chrono::seconds ttl,
                                 const std::string& value) {
  return {SplitCharacterStrings(value),
          RenderZoneFileLine(name, static_cast<unsigned>(ttl.count()), value)};
}

Result<std::string> RenderOwnZoneFile(const OwnZoneFile& file, std::string_view header) {
  std::string text;
  if (file.serial) {
    const auto mark = header.find(kSerialMark);
    if (mark == std::string_view::npos || mark != header.rfind(kSerialMark)) {
      return Bad(
          "the header of the zone does not hold {serial} exactly once; write it where the "
          "serial number of the SOA stands");
    }
    if (header.find(kRecordsHead) != std::string_view::npos) {
      return Bad("the header of the zone holds the line that the key records begin with");
    }
    text = std::string(kZoneHead) + std::to_string(*file.serial) + "\n" +
           WithSerial(std::string(header), *file.serial) + std::string(kRecordsHead) + "\n";
  } else {
    text = std::string(kIncludeHead) + "\n";
  }
  for (const auto& [name, records] : file.records) {
    for (const ZoneFileRecord& record : records) text += record.line + "\n";
  }
  return text;
}

Result<OwnZoneFile> ParseOwnZoneFile(std::string_view text) {
  OwnZoneFile file;
  if (text.empty()) return file;
  std::size_t number = 1;
  const std::string head = TakeLine(text);
  std::string_view rest = head;
  const bool is_zone = Take(rest, kZoneHead);
  if (is_zone) file.serial = TakeNumber(rest);
  if (is_zone ? !file.serial || !rest.empty() : head != kIncludeHead) {
    return Bad("line 1 was not written by dkimkeeperd; name a file that is its alone");
  }
  for (bool in_records = !is_zone; !text.empty();) {
    const std::string line = TakeLine(text);
    ++number;
    if (!in_records) {
      in_records = line == kRecordsHead;
    } else if (!ReadRecord(line, file)) {
      return Bad("line " + std::to_string(number) +
                 " was not written by dkimkeeperd; move it into a file of your own");
    }
  }
  return file;
}

}  // namespace dkimkeeper

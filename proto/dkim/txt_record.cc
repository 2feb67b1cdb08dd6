#include "proto/dkim/txt_record.h"

#include <cstddef>
#include <nlohmann/json.hpp>

#include "proto/dkim/ascii.h"

namespace dkimkeeper {
namespace {

// The length octet of a character-string (RFC 1035 §3.3) counts no further.
constexpr std::size_t kMaxStringOctets = 255;

std::string QuoteForZoneFile(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (c == ' ' || IsAsciiVisible(c)) {
      quoted += c;
    } else {
      const std::string decimal = std::to_string(static_cast<unsigned char>(c));
      quoted += "\\" + std::string(3 - decimal.size(), '0') + decimal;  // \DDD
    }
  }
  return quoted + '"';
}

}  // namespace

std::vector<std::string> SplitCharacterStrings(std::string_view value) {
  std::vector<std::string> strings;
  for (; !value.empty(); value.remove_prefix(strings.back().size())) {
    strings.emplace_back(value.substr(0, kMaxStringOctets));
  }
  return strings;
}

std::string RenderZoneFileLine(std::string_view name, unsigned ttl, std::string_view value) {
  std::string strings;
  std::size_t count = 0;
  for (const std::string& text : SplitCharacterStrings(value)) {
    strings += (count++ == 0 ? "" : " ") + QuoteForZoneFile(text);
  }
  if (count == 0) strings = "\"\"";
  if (count > 1) strings = "( " + strings + " )";
  return std::string(name) + ". " + std::to_string(ttl) + " IN TXT " + strings;
}

std::string RenderTxtRecordJson(std::string_view name, unsigned ttl, std::string_view value) {
  const nlohmann::ordered_json object = {{"name", name},
                                         {"ttl", ttl},
                                         {"type", "TXT"},
                                         {"value", value},
                                         {"strings", SplitCharacterStrings(value)}};
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace dkimkeeper

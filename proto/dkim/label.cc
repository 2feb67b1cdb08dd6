#include "proto/dkim/label.h"

#include <algorithm>

#include "proto/dkim/ascii.h"

namespace dkimkeeper {

std::optional<std::string> LabelFault(std::string_view label, Underscore underscore) {
  if (label.empty()) return "is empty";
  const auto bad = std::find_if(label.begin(), label.end(), [&](char c) {
    const bool allowed_underscore = c == '_' && underscore == Underscore::kAllowed;
    return !IsAsciiAlnum(c) && c != '-' && !allowed_underscore;
  });
  if (bad != label.end()) return "contains " + DescribeOctet(*bad);
  if (label.size() > kMaxLabelOctets) {
    return "is " + std::to_string(label.size()) + " octets long, the limit is 63";
  }
  if (label.front() == '-') return "begins with a hyphen";
  if (label.back() == '-') return "ends with a hyphen";
  return std::nullopt;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace dkimkeeper

#include "server/keys/selector_template.h"

namespace dkimkeeper {
namespace {

std::optional<std::string_view> PartCalled(std::string_view name, const SelectorParts& parts) {
  if (name == "date") return parts.date;
  if (name == "random") return parts.random;
  if (name == "sender") return parts.sender;
  if (name == "algorithm") return parts.algorithm;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> ExpandTemplate(std::string_view text, const SelectorParts& parts) {
  std::string name;
  while (!text.empty()) {
    const auto brace = text.find_first_of("{}");
    name.append(text.substr(0, brace));
    if (brace == std::string_view::npos) break;
    const auto end = text.find('}', brace);
    if (text[brace] != '{' || end == std::string_view::npos) return std::nullopt;
    const auto part = PartCalled(text.substr(brace + 1, end - brace - 1), parts);
    if (!part) return std::nullopt;
    name.append(*part);
    text.remove_prefix(end + 1);
  }
  return name;
}

}  // namespace dkimkeeper

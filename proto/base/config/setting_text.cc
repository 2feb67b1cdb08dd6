#include "proto/base/config/setting_text.h"

#include <cstdint>

namespace dkimkeeper {

std::optional<std::string> SettingText(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return text;
  if (const auto whole = node.value_exact<std::int64_t>()) return std::to_string(*whole);
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  const toml::array* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::string joined;
  for (const toml::node& element : *array) {
    const auto text = element.value_exact<std::string>();
    if (!text) return std::nullopt;
    joined.append(joined.empty() ? "" : " ").append(*text);
  }
  return joined;
}

}  // namespace dkimkeeper

// A policy's setting as people may write it in TOML, in the one form that settings have: text.
#ifndef PROTO_BASE_CONFIG_SETTING_TEXT_H_
#define PROTO_BASE_CONFIG_SETTING_TEXT_H_

#include <toml++/toml.h>
#include <optional>
#include <string>

namespace dkimkeeper {

// A string as it is, a whole number or boolean in its usual form, an array of strings with blanks
// between them. Nothing for a node of another kind.
[[nodiscard]] std::optional<std::string> SettingText(const toml::node& node);

}  // namespace dkimkeeper

#endif  // PROTO_BASE_CONFIG_SETTING_TEXT_H_

// How a key of ours is called in its token.
#ifndef SERVER_LIFECYCLE_KEY_LABEL_H_
#define SERVER_LIFECYCLE_KEY_LABEL_H_

#include <optional>
#include <string>
#include <string_view>

#include "server/store/contents.h"

namespace dkimkeeper {

// CKA_LABEL: `dkim:<domain>:<selector>`.
[[nodiscard]] std::string KeyLabel(const Domain& domain, const Selector& selector);

// The name that KeyLabel wrote. Nothing for any other label.
[[nodiscard]] std::optional<KeyName> NameInLabel(std::string_view label);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_KEY_LABEL_H_

// A key's purpose is written into its label, so that it lives as long as the key does.
#ifndef HSM_KEY_PURPOSE_H_
#define HSM_KEY_PURPOSE_H_

#include <string_view>

#include "hsm/token.h"

namespace dkimkeeper {

// "dkim:", "health:", "audit:".
[[nodiscard]] std::string_view LabelPrefix(KeyPurpose purpose);

// By prefix; a label of another form counts as kDkim: a key that was adopted.
[[nodiscard]] KeyPurpose PurposeOfLabel(std::string_view label);

// INVALID_ARGUMENT/BAD_OPTION unless `label` carries the prefix of `purpose`.
[[nodiscard]] Outcome CheckLabel(std::string_view label, KeyPurpose purpose);

}  // namespace dkimkeeper

#endif  // HSM_KEY_PURPOSE_H_

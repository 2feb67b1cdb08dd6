// A policy as people write it: names and values, the same in the configuration, on the command
// line, in a document for `apply` and in the store.
#ifndef SERVER_KEYS_POLICY_SETTINGS_H_
#define SERVER_KEYS_POLICY_SETTINGS_H_

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "proto/result.h"
#include "server/keys/key_policy.h"

namespace dkimkeeper {

// Values by name, e.g. {"rotation_period", "90d"}; canonical: as CheckSettings answered them.
using PolicySettings = std::map<std::string, std::string>;

// One thing that a policy says.
struct PolicySetting {
  std::string_view name;   // as in KeyPolicy, e.g. "rotation_period"
  std::string_view what;   // a sentence for people
  std::string_view range;  // what may be written, e.g. "a duration, 1s to 3650d"
};
// All of them, in the order in which people think of them.
[[nodiscard]] std::span<const PolicySetting> AllPolicySettings();

// `settings` in canonical form. INVALID_ARGUMENT/BAD_POLICY names the setting and says what may be
// written.
[[nodiscard]] Result<PolicySettings> CheckSettings(const PolicySettings& settings);

// `base` with `settings`. INVALID_ARGUMENT/BAD_POLICY also where the whole makes no sense: a pool
// of fewer than four selectors, one selector in two pools, a hand-over window longer than the
// rotation period.
[[nodiscard]] Result<KeyPolicy> PolicyWith(KeyPolicy base, const PolicySettings& settings);

// The whole of `policy`, for people: every setting with its value.
[[nodiscard]] PolicySettings SettingsOf(const KeyPolicy& policy);

}  // namespace dkimkeeper

#endif  // SERVER_KEYS_POLICY_SETTINGS_H_

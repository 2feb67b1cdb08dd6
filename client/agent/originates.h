// Whether a message originates here: nothing else is ever signed.
#ifndef CLIENT_AGENT_ORIGINATES_H_
#define CLIENT_AGENT_ORIGINATES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/agent/arrival.h"

namespace dkimkeeper {

enum class Origin : std::uint8_t { kElsewhere, kAuthenticated, kMacro, kLocal, kNetwork };

// "authenticated", …: as logs and counters name it.
[[nodiscard]] std::string_view OriginName(Origin origin);

// `{daemon_name}=ORIGINATING|SUBMISSION`: a macro of the mail server with one of these values;
// without `=`: with any value that is not empty (OpenDKIM's MacroList). A value.
struct MacroRule {
  std::string name;
  std::vector<std::string> values;  // empty: any
};

// As OpenDKIM's InternalHosts and Mode, default deny. A value.
struct Originates {
  bool authenticated = true;
  bool local = true;  // what the mail server took from no network: sendmail(1), its own bounces
  std::vector<IpNetwork> networks;
  std::vector<MacroRule> macros;

  // The first rule that holds, in the order of Origin.
  [[nodiscard]] Origin OriginOf(const Arrival& arrival) const;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_ORIGINATES_H_

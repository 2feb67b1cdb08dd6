// Which sender of a domain a message belongs to, and so which line of keys signs it.
#ifndef CLIENT_AGENT_SENDER_RULES_H_
#define CLIENT_AGENT_SENDER_RULES_H_

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/agent/arrival.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/sender.h"

namespace dkimkeeper {

// All that is written must hold. Whoever sends a message writes its header: a rule takes a field's
// word only for a listener or an identity that it names, too; the configuration refuses others.
struct SenderRule {
  Sender sender = Sender::Default();
  std::optional<Domain> domain = {};  // of the author
  std::string authenticated = {};     // the identity; "@example.com": all that end so
  std::string envelope = {};          // likewise
  std::string listener = {};          // {daemon_name}
  std::string header_name = {};       // lower case
  std::string header_value = {};      // the whole field body, without white space around it
};

// Those fields of a message that rules ask for: lower-case name, body without white space around
// it.
using NamedFields = std::vector<std::pair<std::string, std::string>>;

// The first rule that holds decides. A value.
class SenderRules {
 public:
  SenderRules() = default;
  explicit SenderRules(std::vector<SenderRule> rules) : rules_(std::move(rules)) {}

  // Default() where no rule holds.
  [[nodiscard]] Sender SenderOf(const Arrival& arrival, const Domain& author,
                                const NamedFields& fields) const;

  // The header fields that rules ask for, in lower case.
  [[nodiscard]] std::set<std::string, std::less<>> HeaderNames() const;

 private:
  std::vector<SenderRule> rules_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_SENDER_RULES_H_

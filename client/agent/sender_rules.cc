#include "client/agent/sender_rules.h"

#include <algorithm>

#include "proto/dkim/ascii.h"

namespace dkimkeeper {
namespace {

// Domains have no letter case; what stands before the @ does.
bool AddressMatches(std::string_view wanted, std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return wanted == address;
  const std::size_t wanted_at = wanted.rfind('@');
  if (wanted_at == std::string_view::npos) return false;
  const auto wanted_domain = Domain::Parse(wanted.substr(wanted_at + 1));
  const auto domain = Domain::Parse(address.substr(at + 1));
  if (!wanted_domain || !domain || *wanted_domain != *domain) return false;
  return wanted_at == 0 || wanted.substr(0, wanted_at) == address.substr(0, at);
}

bool HasField(const NamedFields& fields, const SenderRule& rule) {
  return std::find(fields.begin(), fields.end(), std::pair(rule.header_name, rule.header_value)) !=
         fields.end();
}

bool Holds(const SenderRule& rule, const Arrival& arrival, const Domain& author,
           const NamedFields& fields) {
  if (rule.domain && *rule.domain != author) return false;
  if (!rule.authenticated.empty() && !AddressMatches(rule.authenticated, arrival.authenticated)) {
    return false;
  }
  if (!rule.envelope.empty() && !AddressMatches(rule.envelope, arrival.envelope)) return false;
  if (!rule.listener.empty() && rule.listener != arrival.listener) return false;
  return rule.header_name.empty() || HasField(fields, rule);
}

}  // namespace

Sender SenderRules::SenderOf(const Arrival& arrival, const Domain& author,
                             const NamedFields& fields) const {
  for (const SenderRule& rule : rules_) {
    if (Holds(rule, arrival, author, fields)) return rule.sender;
  }
  return Sender::Default();
}

std::set<std::string, std::less<>> SenderRules::HeaderNames() const {
  std::set<std::string, std::less<>> names;
  for (const SenderRule& rule : rules_) {
    if (!rule.header_name.empty()) names.insert(rule.header_name);
  }
  return names;
}

}  // namespace dkimkeeper

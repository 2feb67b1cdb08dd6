#include "client/cli/difference.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "client/cli/names.h"

namespace dkimkeeper {
namespace {

DocumentSettings ToMap(const google::protobuf::RepeatedPtrField<v1::Setting>& settings) {
  DocumentSettings map;
  for (const v1::Setting& setting : settings) map.emplace(setting.name(), setting.value());
  return map;
}

DocumentSettings SettingsOf(const v1::Domain& domain, const std::string& sender) {
  for (const v1::SenderSettings& own : domain.sender_settings()) {
    if (own.sender() == sender) return ToMap(own.settings());
  }
  return {};
}

std::optional<DocumentPlacement> PlacementOf(const v1::Domain& domain, const std::string& sender) {
  for (const v1::SenderPlacement& own : domain.sender_placements()) {
    if (own.sender() == sender) return DocumentPlacement{own.token(), own.standby_token()};
  }
  return std::nullopt;
}

v1::FailPolicy ToMessage(FailPolicy policy) {
  return policy == FailPolicy::kUnsigned ? v1::FAIL_POLICY_UNSIGNED : v1::FAIL_POLICY_TEMPFAIL;
}

v1::Grant ToMessage(const DocumentGrant& grant) {
  v1::Grant message;
  message.set_identity(grant.identity);
  message.set_verb(VerbOf(grant.verb));
  message.set_domain(grant.domain);
  message.set_sender(grant.sender);
  return message;
}

std::string Describe(const DocumentPlacement& placement) {
  return "token " + placement.token +
         (placement.standby_token.empty() ? "" : ", standby " + placement.standby_token);
}

// Compares one domain of the document with the same one of the server.
class DomainComparison {
 public:
  // `is` is the server's; for one that is new, what adding it makes.
  DomainComparison(const DocumentDomain& wanted, const v1::Domain& is, bool prune)
      : wanted_(wanted), is_(is), prune_(prune) {}

  Changes Compare() && {
    if (wanted_.placement) {
      Place("", *wanted_.placement, DocumentPlacement{is_.token(), is_.standby_token()});
    }
    Set("", wanted_.policy, ToMap(is_.settings()));
    std::set<std::string> named{"default"};
    bool default_is_named = false;
    for (const DocumentSender& sender : wanted_.senders) {
      named.insert(sender.name);
      default_is_named = default_is_named || sender.name == "default";
      CompareSender(sender);
    }
    if (prune_ && !default_is_named)
      CompareSender({.name = "default", .policy = {}, .placement = {}});
    for (const std::string& sender : is_.senders()) {
      const bool going = std::ranges::count(is_.removing_senders(), sender) > 0;
      if (prune_ && !going && !named.contains(sender)) Remove(sender);
    }
    return std::move(changes_);
  }

 private:
  void CompareSender(const DocumentSender& sender) {
    if (std::ranges::count(is_.senders(), sender.name) == 0) {
      v1::AddSenderRequest request;
      request.set_domain(wanted_.name);
      request.set_sender(sender.name);
      changes_.push_back({"+ sender " + Line(sender.name), request});
    }
    const auto placed = PlacementOf(is_, sender.name);
    if (sender.placement) {
      Place(sender.name, *sender.placement, placed);
    } else if (placed && prune_) {
      Place(sender.name, {}, placed);
    }
    Set(sender.name, sender.policy, SettingsOf(is_, sender.name));
  }

  void Place(const std::string& sender, const DocumentPlacement& wish,
             const std::optional<DocumentPlacement>& placed) {
    if (wish == placed) return;
    v1::PlaceDomainRequest request;
    request.set_domain(wanted_.name);
    request.set_sender(sender);
    request.set_token(wish.token);
    request.set_standby_token(wish.standby_token);
    const std::string text = wish.token.empty() ? "as the domain" : Describe(wish);
    const std::string before = placed ? " (was " + Describe(*placed) + ")" : "";
    changes_.push_back({"~ placement " + Line(sender) + ": " + text + before, request});
  }

  void Set(const std::string& sender, const DocumentSettings& wish, const DocumentSettings& held) {
    v1::SetPolicyRequest request;
    request.set_domain(wanted_.name);
    request.set_sender(sender);
    std::string text;
    // "name=14d (was 7d)"; of `how` and `before` whatever is not empty.
    const auto say = [&text](const std::string& name, const std::string& how,
                             const std::string& before) {
      text.append(text.empty() ? "" : ", ").append(name).append(how);
      if (!before.empty()) text.append(" (was ").append(before).append(")");
    };
    for (const auto& [name, value] : wish) {
      const auto old = held.find(name);
      if (old != held.end() && SameValue(old->second, value)) continue;
      v1::Setting& setting = *request.add_set();
      setting.set_name(name);
      setting.set_value(value);
      say(name, "=" + value, old == held.end() ? "" : old->second);
    }
    for (const auto& [name, value] : held) {
      if (!prune_ || wish.contains(name)) continue;
      request.add_unset(name);
      say(name, " unset", value);
    }
    if (!text.empty()) changes_.push_back({"~ policy " + Line(sender) + ": " + text, request});
  }

  void Remove(const std::string& sender) {
    v1::RemoveSenderRequest request;
    request.set_domain(wanted_.name);
    request.set_sender(sender);
    changes_.push_back({"- sender " + Line(sender) + " (its keys end)", request});
  }

  std::string Line(const std::string& sender) const {
    return wanted_.name + (sender.empty() ? "" : "/" + sender);
  }

  const DocumentDomain& wanted_;
  const v1::Domain& is_;
  const bool prune_;
  Changes changes_;
};

// Adds it with its placement, then all the rest.
Changes AddNew(const DocumentDomain& wanted) {
  v1::AddDomainRequest request;
  request.set_domain(wanted.name);
  request.set_allow_underscore(wanted.allow_underscore);
  request.set_fail_policy(ToMessage(wanted.fail_policy));
  v1::Domain fresh;
  fresh.add_senders("default");
  std::string line = "+ domain " + wanted.name;
  if (wanted.placement) {
    request.set_token(wanted.placement->token);
    request.set_standby_token(wanted.placement->standby_token);
    fresh.set_token(wanted.placement->token);
    fresh.set_standby_token(wanted.placement->standby_token);
    line += " (" + Describe(*wanted.placement) + ")";
  }
  Changes changes{{line, request}};
  Changes rest = DomainComparison(wanted, fresh, false).Compare();
  std::ranges::move(rest, std::back_inserter(changes));
  return changes;
}

// What no call can change.
void FindConflicts(const DocumentDomain& wanted, const v1::Domain& is,
                   std::vector<std::string>& conflicts) {
  if (is.removing_at_ms() != 0) {
    conflicts.push_back(wanted.name +
                        " is being removed: take it out of the document, or wait "
                        "until it is gone");
  }
  for (const DocumentSender& sender : wanted.senders) {
    if (std::ranges::count(is.removing_senders(), sender.name) == 0) continue;
    conflicts.push_back(wanted.name + "/" + sender.name +
                        " is being removed: take it out of the document, or wait until it is gone");
  }
  if (ToMessage(wanted.fail_policy) != is.fail_policy()) {
    conflicts.push_back(wanted.name + " was added with fail_policy " + NameOf(is.fail_policy()) +
                        ", which stays: write that");
  }
  if (wanted.allow_underscore != is.allow_underscore()) {
    conflicts.push_back(wanted.name + " was added with allow_underscore " +
                        (is.allow_underscore() ? "true" : "false") + ", which stays: write that");
  }
}

void CompareDomains(const Document& document, const std::vector<v1::Domain>& domains, bool prune,
                    Difference& difference) {
  std::map<std::string, const v1::Domain*> held;
  for (const v1::Domain& domain : domains) held.emplace(domain.domain(), &domain);
  for (const DocumentDomain& wanted : document.domains) {
    const auto is = held.find(wanted.name);
    if (is == held.end()) {
      difference.domains.push_back(AddNew(wanted));
      continue;
    }
    FindConflicts(wanted, *is->second, difference.conflicts);
    Changes changes = DomainComparison(wanted, *is->second, prune).Compare();
    if (!changes.empty()) difference.domains.push_back(std::move(changes));
    held.erase(is);
  }
  if (!prune || document.domains.empty()) return;
  for (const auto& [name, domain] : held) {
    if (domain->removing_at_ms() != 0) continue;
    v1::RemoveDomainRequest request;
    request.set_domain(name);
    difference.domains.push_back({{"- domain " + name + " (its keys end, then it goes)", request}});
  }
}

std::string GrantLine(const v1::Grant& grant) {
  const std::string scope = grant.domain() == "*" ? "*" : grant.domain() + "/" + grant.sender();
  return "grant " + grant.identity() + " " + NameOf(grant.verb()) + " " + scope;
}

void CompareGrants(const Document& document, const std::vector<v1::Grant>& grants, bool prune,
                   Difference& difference) {
  std::set<std::string> held;
  std::set<std::string> wanted;
  for (const v1::Grant& grant : grants) held.insert(GrantLine(grant));
  for (const DocumentGrant& each : document.grants) {
    const v1::Grant grant = ToMessage(each);
    const std::string line = GrantLine(grant);
    wanted.insert(line);
    if (held.contains(line)) continue;
    v1::AddGrantRequest request;
    *request.mutable_grant() = grant;
    difference.grants.push_back({{"+ " + line, request}});
  }
  if (!prune || document.grants.empty()) return;
  for (const v1::Grant& grant : grants) {
    const std::string line = GrantLine(grant);
    if (grant.bootstrap() || wanted.contains(line)) continue;
    v1::RemoveGrantRequest request;
    *request.mutable_grant() = grant;
    difference.grants.push_back({{"- " + line, request}});
  }
}

}  // namespace

Difference Compare(const Document& document, const std::vector<v1::Domain>& domains,
                   const std::vector<v1::Grant>& grants, bool prune) {
  Difference difference;
  CompareDomains(document, domains, prune, difference);
  CompareGrants(document, grants, prune, difference);
  return difference;
}

}  // namespace dkimkeeper

#include "client/cli/views.h"

#include <map>

#include "client/cli/names.h"
#include "client/cli/table.h"
#include "client/cli/time_text.h"
#include "client/cli/token_views.h"

namespace dkimkeeper {
namespace {

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined;
}

std::string AlgorithmAndSize(const v1::Key& key) {
  const std::string bits = key.rsa_bits() == 0 ? "" : " " + std::to_string(key.rsa_bits());
  return NameOf(key.algorithm()) + bits;
}

std::string Next(const v1::Key& key, std::int64_t now_ms) {
  if (key.in_progress()) return "in progress";
  if (key.next_action_at_ms() == 0) return key.next_action();
  return key.next_action() + " " + AgeText(key.next_action_at_ms(), now_ms);
}

// A heading and a table; nothing where there are no rows.
std::string Section(const std::string& title, const TableRow& header,
                    const std::vector<TableRow>& rows) {
  return rows.empty() ? "" : "\n" + title + "\n" + RenderTable(header, rows);
}

// "crm on cloud, news on main (standby cold)".
std::string PlacedApart(const v1::Domain& domain) {
  std::string text;
  for (const v1::SenderPlacement& own : domain.sender_placements()) {
    text += (text.empty() ? "" : ", ") + own.sender() + " on " + own.token();
    if (!own.standby_token().empty()) text += " (standby " + own.standby_token() + ")";
  }
  return text;
}

std::string ShowTokenStates(const v1::GetStatusResponse& status, std::int64_t now_ms) {
  std::vector<TableRow> tokens;
  for (const v1::TokenStatus& token : status.tokens()) {
    tokens.push_back({token.name(), token.label(), token.model(), token.state(),
                      TimeText(token.since_ms(), now_ms), WorkersOf(token),
                      std::to_string(token.queued()), std::to_string(token.restarts()),
                      token.last_error()});
  }
  return Section(
      "Tokens",
      {"NAME", "LABEL", "MODEL", "STATE", "SINCE", "WORKERS", "QUEUE", "RESTARTS", "LAST ERROR"},
      tokens);
}

}  // namespace

std::string ShowDomains(const std::vector<v1::Domain>& domains, std::int64_t now_ms) {
  std::vector<TableRow> rows;
  rows.reserve(domains.size());
  for (const v1::Domain& domain : domains) {
    rows.push_back({domain.unicode().empty() ? domain.domain() : domain.unicode(),
                    Joined(domain.senders()), domain.token(), domain.standby_token(),
                    TimeText(domain.created_at_ms(), now_ms)});
  }
  return RenderTable({"DOMAIN", "SENDERS", "TOKEN", "STANDBY", "ADDED"}, rows);
}

std::string ShowSenders(const v1::Domain& domain) {
  std::vector<TableRow> rows;
  for (const std::string& sender : domain.senders()) {
    rows.push_back({sender, domain.token(), domain.standby_token()});
    for (const v1::SenderPlacement& own : domain.sender_placements()) {
      if (own.sender() == sender) rows.back() = {sender, own.token(), own.standby_token()};
    }
  }
  return RenderTable({"SENDER", "TOKEN", "STANDBY"}, rows);
}

std::string ShowDomain(const v1::Domain& domain, std::int64_t now_ms) {
  const bool international = domain.unicode() != domain.domain();
  return RenderFields({{"Domain", domain.domain()},
                       {"In Unicode", international ? domain.unicode() : ""},
                       {"Senders", Joined(domain.senders())},
                       {"Token", domain.token()},
                       {"Standby token", domain.standby_token()},
                       {"Placed apart", PlacedApart(domain)},
                       {"Underscores", domain.allow_underscore() ? "allowed in selectors" : ""},
                       {"Without a signature", NameOf(domain.fail_policy())},
                       {"Added", TimeText(domain.created_at_ms(), now_ms)}});
}

std::string ShowKeys(const std::vector<v1::Key>& keys, std::int64_t now_ms) {
  std::vector<TableRow> rows;
  rows.reserve(keys.size());
  for (const v1::Key& key : keys) {
    rows.push_back({key.domain(), key.sender(), key.selector(), AlgorithmAndSize(key),
                    NameOf(key.state()), key.token(), TimeText(key.created_at_ms(), now_ms),
                    Next(key, now_ms)});
  }
  return RenderTable(
      {"DOMAIN", "SENDER", "SELECTOR", "ALGORITHM", "STATE", "TOKEN", "CREATED", "NEXT"}, rows);
}

std::string ShowKey(const v1::Key& key, std::int64_t now_ms) {
  const auto time = [now_ms](std::int64_t at_ms) { return TimeText(at_ms, now_ms); };
  std::string override = key.override_reason();
  if (!override.empty()) override += " (by " + key.override_by() + ")";
  return RenderFields({{"Domain", key.domain()},
                       {"Sender", key.sender()},
                       {"Selector", key.selector()},
                       {"Algorithm", AlgorithmAndSize(key)},
                       {"State", NameOf(key.state()) + (key.compromised() ? ", compromised" : "")},
                       {"Origin", NameOf(key.origin())},
                       {"Token", key.token()},
                       {"Token key id", key.token_key_id()},
                       {"Record name", key.record_name()},
                       {"Record value", key.record_value()},
                       {"Created", time(key.created_at_ms())},
                       {"Activated", time(key.activated_at_ms())},
                       {"Without DNS proof", override},
                       {"Retired", time(key.retired_at_ms())},
                       {"Signs until", time(key.signs_until_ms())},
                       {"Revoked", time(key.revoked_at_ms())},
                       {"Destroyed", time(key.destroyed_at_ms())},
                       {"Lacks", Joined(key.lacks())},
                       {"Warnings", Joined(key.warnings())},
                       {"Next", Next(key, now_ms)}});
}

std::string ShowGrants(const std::vector<v1::Grant>& grants) {
  std::vector<TableRow> rows;
  rows.reserve(grants.size());
  for (const v1::Grant& grant : grants) {
    rows.push_back({grant.identity(), NameOf(grant.verb()), grant.domain(), grant.sender(),
                    grant.bootstrap() ? "configuration" : "grant"});
  }
  return RenderTable({"IDENTITY", "VERB", "DOMAIN", "SENDER", "FROM"}, rows);
}

std::string ShowWhoAmI(const v1::WhoAmIResponse& who) {
  std::string text = Printable(who.identity()) + "\n";
  if (who.grants().empty()) return text + "no grants: everything is denied\n";
  return text + "\n" + ShowGrants({who.grants().begin(), who.grants().end()});
}

std::string ShowStatus(const v1::GetStatusResponse& status, std::int64_t now_ms) {
  const std::map<std::string, std::uint64_t> counts(status.keys_by_state().begin(),
                                                    status.keys_by_state().end());
  std::string keys;
  for (const auto& [state, count] : counts) {
    keys += (keys.empty() ? "" : ", ") + std::to_string(count) + " " + state;
  }
  std::string text =
      RenderFields({{"Version", status.version()},
                    {"Started", TimeText(status.started_at_ms(), now_ms)},
                    {"Isolation", status.isolation()},
                    {"Generation", std::to_string(status.generation())},
                    {"Keys", keys},
                    {"Signatures", std::to_string(status.signatures()) + " made, " +
                                       std::to_string(status.failed_signatures()) + " failed, " +
                                       std::to_string(status.queued()) + " waiting"}});
  text += ShowTokenStates(status, now_ms);
  std::vector<TableRow> alarms;
  for (const v1::Alarm& alarm : status.alarms()) {
    alarms.push_back(
        {alarm.name(), alarm.subject(), TimeText(alarm.since_ms(), now_ms), alarm.message()});
  }
  text += Section("Alarms", {"NAME", "ABOUT", "SINCE", "WHAT TO DO"}, alarms);
  std::vector<TableRow> findings;
  for (const std::string& finding : status.reconcile_findings()) findings.push_back({finding});
  return text + Section("Token and store differ", {"FINDING"}, findings);
}

}  // namespace dkimkeeper

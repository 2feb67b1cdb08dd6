#include "client/cli/views.h"

#include <map>

#include "client/cli/names.h"
#include "client/cli/policy_views.h"
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

// "asked: waits for its owner"; with what the word means.
std::string RecordState(const v1::Key& key) {
  const std::string& state = key.record_state();
  if (state == "asked") return "asked for; its owner publishes it";
  if (state == "lost") return "lost: it was proven, and is no more";
  if (state == "withdrawn") return "withdrawn: p= is empty";
  if (state == "foreign") return "foreign: somebody else changed it; it is left alone";
  return state;
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

// Whether its planned steps are taken: "", "paused 3 d ago", "being removed since …".
std::string Standing(const v1::Domain& domain, std::int64_t now_ms) {
  std::string text;
  if (domain.removing_at_ms() != 0) {
    text = "removal began " + AgeText(domain.removing_at_ms(), now_ms);
  }
  if (domain.paused_at_ms() != 0) {
    text += (text.empty() ? "" : ", ") + std::string("paused ") +
            AgeText(domain.paused_at_ms(), now_ms);
  }
  return text;
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

std::string ShowDaemons(const v1::GetStatusResponse& status, std::int64_t now_ms) {
  std::vector<TableRow> rows;
  bool any_executor = false;
  for (const v1::Daemon& daemon : status.daemons()) {
    any_executor = any_executor || daemon.executor();
    rows.push_back({daemon.name() + (daemon.self() ? " (this one)" : ""),
                    std::to_string(daemon.generation()), TimeText(daemon.heard_at_ms(), now_ms),
                    daemon.executor() ? "yes" : ""});
  }
  std::string text = Section("Daemons", {"NAME", "GENERATION", "HEARD", "ROTATES"}, rows);
  if (!rows.empty() && !any_executor) {
    text += "No daemon takes the steps of rotations now.\n";
  }
  return text;
}

}  // namespace

std::string ShowDomains(const std::vector<v1::Domain>& domains, std::int64_t now_ms) {
  std::vector<TableRow> rows;
  rows.reserve(domains.size());
  for (const v1::Domain& domain : domains) {
    rows.push_back({domain.unicode().empty() ? domain.domain() : domain.unicode(),
                    Joined(domain.senders()), domain.token(), domain.standby_token(),
                    TimeText(domain.created_at_ms(), now_ms), Standing(domain, now_ms)});
  }
  return RenderTable({"DOMAIN", "SENDERS", "TOKEN", "STANDBY", "ADDED", "STANDING"}, rows);
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
                       {"Policy", SettingsOf(domain)},
                       {"CNAMEs lead to", domain.delegation_label()},
                       {"Added", TimeText(domain.created_at_ms(), now_ms)},
                       {"Paused", TimeText(domain.paused_at_ms(), now_ms)},
                       {"Removal began", TimeText(domain.removing_at_ms(), now_ms)},
                       {"Senders being removed", Joined(domain.removing_senders())}});
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
                       {"Record is a CNAME of", key.cname_target()},
                       {"Record stands", RecordState(key)},
                       {"Published by", key.publisher().empty() ? "its owner" : key.publisher()},
                       {"Created", time(key.created_at_ms())},
                       {"Proven in DNS", time(key.published_at_ms())},
                       {"Proof renewed", time(key.proof_renewed_at_ms())},
                       {"Usable from", time(key.usable_from_ms())},
                       {"Activated", time(key.activated_at_ms())},
                       {"Without DNS proof", override},
                       {"Rotates", time(key.rotate_at_ms())},
                       {"Retired", time(key.retired_at_ms())},
                       {"Signs until", time(key.signs_until_ms())},
                       {"Stopped everywhere", time(key.stopped_at_ms())},
                       {"Not acknowledged by", Joined(key.unacknowledged())},
                       {"Revoked", time(key.revoked_at_ms())},
                       {"Destroyed", time(key.destroyed_at_ms())},
                       {"Lacks", Joined(key.lacks())},
                       {"Warnings", Joined(key.warnings())},
                       {"Next", Next(key, now_ms)}});
}

namespace {

// Empty for a server that says nothing of it.
std::string AuditText(const v1::AuditStatus& audit, std::int64_t now_ms) {
  if (audit.origin().empty()) return {};
  std::string text = std::to_string(audit.records()) + " records, " + audit.signatures();
  if (audit.waiting() > 0) text += ", " + std::to_string(audit.waiting()) + " waiting";
  if (audit.dropped() > 0) text += ", " + std::to_string(audit.dropped()) + " dropped";
  if (audit.checkpoint_size() > 0) {
    text += ", " + std::to_string(audit.checkpoint_size()) + " sealed " +
            TimeText(audit.checkpoint_at_ms(), now_ms);
  }
  for (const std::string& problem : {audit.problem(), audit.checkpoint_problem()}) {
    if (!problem.empty()) text += "; " + problem;
  }
  return text;
}

}  // namespace

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
                                       std::to_string(status.queued()) + " waiting"},
                    {"Audit", AuditText(status.audit(), now_ms)}});
  text += ShowTokenStates(status, now_ms);
  text += ShowDaemons(status, now_ms);
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

// [origin], [author] and [signature]: what is signed, for whom, and how.
#include <algorithm>
#include <utility>

#include "client/agent/config/agent_sections.h"
#include "client/agent/config/name_checks.h"
#include "client/dkim/header_selection.h"

namespace dkimkeeper {
namespace {

Complaint CheckNetwork(const std::string& value) { return ComplaintOf(IpNetwork::Parse(value)); }
Complaint CheckCanonicalization(const std::string& value) {
  return ComplaintOf(ParseCanonicalization(value));
}

Complaint CheckRefusal(const std::string& value) {
  if (value == "reject" || value == "unsigned") return std::nullopt;
  return "is neither \"reject\" nor \"unsigned\"";
}

// RFC 5322 §3.6.8. One of our own: nothing that means something to others may be claimed.
Complaint CheckNote(const std::string& value) {
  const bool is_name = value.size() > 2 && value.size() <= 64 &&
                       std::all_of(value.begin(), value.end(),
                                   [](char c) { return c > ' ' && c < '\x7f' && c != ':'; });
  if (is_name && (value.starts_with("X-") || value.starts_with("x-"))) return std::nullopt;
  return "is no name of a field for this; write one that begins with X-, at most 64 letters, "
         "digits "
         "and hyphens";
}

// `{name}` or one letter, as sendmail writes macros; then perhaps `=` and values.
Complaint CheckMacro(const std::string& value) {
  const std::string name = value.substr(0, value.find('='));
  const bool braced = name.size() > 2 && name.front() == '{' && name.back() == '}';
  if (braced || name.size() == 1) return CheckText(value);
  return "is no macro; write \"{name}\" or \"{name}=VALUE|VALUE\"";
}

MacroRule MacroRuleOf(const std::string& text) {
  const std::size_t equals = text.find('=');
  MacroRule rule{.name = text.substr(0, equals), .values = {}};
  for (std::size_t at = equals; at != std::string::npos;) {
    const std::size_t next = text.find('|', at + 1);
    rule.values.push_back(text.substr(at + 1, next == std::string::npos ? next : next - at - 1));
    at = next;
  }
  return rule;
}

void ReadRefusal(TableReader& table, std::string_view key, Refusal& refusal) {
  std::string written = refusal == Refusal::kReject ? "reject" : "unsigned";
  table.Text(key, written, CheckRefusal);
  refusal = written == "reject" ? Refusal::kReject : Refusal::kUnsigned;
}

void ReadHeaders(TableReader& table, AgentPolicy& policy) {
  const auto any = [](const std::string&) { return Complaint(); };
  table.Texts("signed_headers", policy.signed_headers, any);
  std::vector<std::string> oversigned;
  table.Texts("oversigned_headers", oversigned, any);
  if (table.Has("oversigned_headers")) policy.oversigned_headers = std::move(oversigned);
  MessageOptions options;
  options.signed_headers = policy.signed_headers;
  options.oversigned_headers = policy.oversigned_headers;
  if (const auto selection = HeaderSelection::FromOptions(options); !selection) {
    table.Complain(table.Has("signed_headers") ? "signed_headers" : "oversigned_headers",
                   selection.error().message);
  }
}

void ReadSecond(TableReader& table, AgentPolicy& policy) {
  std::string domain;
  table.Text("second_domain", domain, CheckDomain);
  std::string sender = Sender::Default().str();
  table.Text("second_sender", sender, CheckSender);
  auto parsed = Domain::Parse(domain);
  if (parsed) policy.second = SigningLine{*std::move(parsed), Sender::Parse(sender).value()};
  if (!table.Has("second_domain") && table.Has("second_sender")) {
    table.Complain("second_sender", "stands without second_domain; write that, too");
  }
}

}  // namespace

void ReadOrigin(TableReader table, Originates& originates) {
  table.Bool("authenticated", originates.authenticated);
  table.Bool("local", originates.local);
  std::vector<std::string> networks = {"127.0.0.0/8", "::1"};
  table.Texts("networks", networks, CheckNetwork);
  for (const std::string& text : networks) {
    if (auto network = IpNetwork::Parse(text)) originates.networks.push_back(*network);
  }
  std::vector<std::string> macros;
  table.Texts("macros", macros, CheckMacro);
  for (const std::string& text : macros) originates.macros.push_back(MacroRuleOf(text));
  table.Finish();
}

void ReadAuthor(TableReader table, AgentConfig& config) {
  table.Text("map_file", config.author_map, CheckPath);
  ReadRefusal(table, "foreign", config.policy.foreign_author);
  ReadRefusal(table, "malformed", config.policy.malformed);
  ReadRefusal(table, "unknown_domain", config.policy.unknown_domain);
  std::vector<std::string> parents;
  table.Texts("parents", parents, CheckDomain);
  for (const std::string& text : parents) {
    if (auto domain = Domain::Parse(text)) config.policy.parents.push_back(*std::move(domain));
  }
  table.Finish();
}

void ReadSignature(TableReader table, AgentPolicy& policy) {
  std::string canonicalization = "relaxed/relaxed";
  table.Text("canonicalization", canonicalization, CheckCanonicalization);
  policy.canonicalization = ParseCanonicalization(canonicalization).value();
  std::chrono::milliseconds expires{};
  table.Duration("expires_after", expires, std::chrono::minutes(1), std::chrono::hours(24 * 365));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(expires);
  if (seconds.count() > 0) policy.expires_after = seconds;
  table.Text("unsigned_note", policy.unsigned_note, CheckNote);
  ReadHeaders(table, policy);
  ReadSecond(table, policy);
  table.Finish();
}

}  // namespace dkimkeeper

// [local] and [[local.access]]: the socket of this host's programs, and who may sign for whom.
#include <cstdlib>
#include <utility>

#include "client/agent/config/agent_sections.h"
#include "client/agent/config/name_checks.h"

namespace dkimkeeper {
namespace {

constexpr unsigned kMostConnections = 4096;
constexpr unsigned kMostThreads = 256;
constexpr std::string_view kAnyDomain = "*";

Complaint CheckDomains(const std::string& value) {
  return value == kAnyDomain ? std::nullopt : CheckDomain(value);
}

Complaint CheckAlgorithm(const std::string& value) { return ComplaintOf(ParseAlgorithm(value)); }

// The number of the account that `key` names; nothing, and a complaint, where there is none.
template <typename Id>
std::optional<Id> ReadAccount(TableReader& table, std::string_view key,
                              const std::function<std::optional<Id>(const std::string&)>& number) {
  std::string name;
  table.Text(key, name, CheckText);
  if (name.empty()) return std::nullopt;
  auto found = number(name);
  if (!found) {
    table.Complain(key, "names no " + std::string(key) + " of this host: " + name);
  }
  return found;
}

void ReadWho(TableReader& table, const Accounts& accounts, std::optional<LocalAccessRule>& rule) {
  const auto user = ReadAccount<uid_t>(table, "user", accounts.user);
  const auto group = ReadAccount<gid_t>(table, "group", accounts.group);
  if (table.Has("user") == table.Has("group")) {
    table.Complain(table.Has("user") ? "group" : "user",
                   "says who may sign, or group does; write one of the two");
    return;
  }
  if (user) rule = LocalAccessRule{.who = UserId{*user}};
  if (group) rule = LocalAccessRule{.who = GroupId{*group}};
}

// A rule for each algorithm that is named, or one for all.
void ReadRule(TableReader table, const Accounts& accounts, std::vector<LocalAccessRule>& rules) {
  std::optional<LocalAccessRule> rule;
  ReadWho(table, accounts, rule);
  std::string domain;
  table.Text("domain", domain, CheckDomains);
  table.Require("domain", "the domain whose keys may be used, or \"*\" for all");
  std::string sender;
  table.Text("sender", sender, CheckSender);
  std::vector<std::string> algorithms;
  table.Texts("algorithms", algorithms, CheckAlgorithm);
  if (table.Has("algorithms") && algorithms.empty()) {
    table.Complain("algorithms", "allows none; name some, or remove the key");
  }
  table.Finish();
  auto signing_domain = Domain::Parse(domain);
  if (!rule || (!signing_domain && domain != kAnyDomain)) return;
  if (signing_domain) rule->domain = *std::move(signing_domain);
  if (auto parsed = Sender::Parse(sender)) rule->sender = *std::move(parsed);
  if (!table.Has("algorithms")) rules.push_back(*rule);
  for (const std::string& name : algorithms) {
    const auto algorithm = ParseAlgorithm(name);
    if (!algorithm) continue;
    rule->algorithm = *algorithm;
    rules.push_back(*rule);
  }
}

void ReadSocket(TableReader& table, const Accounts& accounts, LocalSocket& socket) {
  table.Text("listen", socket.path, CheckSocketPath);
  socket.group = ReadAccount<gid_t>(table, "group", accounts.group);
  std::string mode = "0660";
  table.Text("mode", mode, CheckSocketMode);
  socket.mode = static_cast<mode_t>(std::strtoul(mode.c_str(), nullptr, 8));
  auto connections = static_cast<unsigned>(socket.limits.connections);
  table.Whole("connections", connections, 1, kMostConnections);
  socket.limits.connections = connections;
  auto threads = static_cast<unsigned>(socket.limits.threads);
  table.Whole("threads", threads, 1, kMostThreads);
  socket.limits.threads = threads;
}

}  // namespace

void ReadLocal(TableReader table, const Accounts& accounts, AgentConfig& config) {
  ReadSocket(table, accounts, config.local.emplace());
  std::vector<LocalAccessRule> rules;
  for (const TableReader& each : table.Tables("access")) ReadRule(each, accounts, rules);
  config.policy.local_access = LocalAccess(std::move(rules));
  table.Finish();
}

}  // namespace dkimkeeper

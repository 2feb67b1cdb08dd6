// [[sender]]: which sender of a domain a message belongs to.
#include <utility>

#include "client/agent/config/agent_sections.h"
#include "client/agent/config/name_checks.h"
#include "proto/dkim/ascii.h"

namespace dkimkeeper {
namespace {

Complaint CheckHeader(const std::string& value) {
  const std::size_t colon = value.find(':');
  if (colon == 0 || colon == std::string::npos ||
      TrimFoldingSpace(std::string_view(value).substr(colon + 1)).empty()) {
    return "is no header field; write \"Name: value\"";
  }
  return CheckText(value);
}

SenderRule ReadRule(TableReader table) {
  SenderRule rule;
  std::string sender;
  table.Text("sender", sender, CheckSender);
  table.Require("sender", "the sender whose keys sign");
  if (auto parsed = Sender::Parse(sender)) rule.sender = *std::move(parsed);
  std::string domain;
  table.Text("domain", domain, CheckDomain);
  if (auto parsed = Domain::Parse(domain)) rule.domain = *std::move(parsed);
  table.Text("authenticated", rule.authenticated, CheckText);
  table.Text("envelope", rule.envelope, CheckText);
  table.Text("listener", rule.listener, CheckText);
  std::string header;
  table.Text("header", header, CheckHeader);
  if (const std::size_t colon = header.find(':'); colon != std::string::npos) {
    rule.header_name = ToAsciiLower(header.substr(0, colon));
    rule.header_value = TrimFoldingSpace(std::string_view(header).substr(colon + 1));
    if (rule.listener.empty() && rule.authenticated.empty()) {
      table.Complain("header",
                     "is taken from anybody; write the listener or the authenticated identity "
                     "whose word it is, too");
    }
  }
  table.Finish();
  return rule;
}

}  // namespace

void ReadSenders(TableReader& root, SenderRules& rules) {
  std::vector<SenderRule> read;
  for (const TableReader& table : root.Tables("sender")) read.push_back(ReadRule(table));
  rules = SenderRules(std::move(read));
}

}  // namespace dkimkeeper

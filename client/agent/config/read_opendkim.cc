// [opendkim] and [[opendkim.authors]]: whose tables the agent keeps.
#include <utility>

#include "client/agent/config/agent_sections.h"
#include "client/agent/config/name_checks.h"

namespace dkimkeeper {
namespace {

Complaint CheckAlgorithm(const std::string& value) { return ComplaintOf(ParseAlgorithm(value)); }

// What could be read as the end of a pattern, or as a comment.
Complaint CheckPattern(const std::string& value) {
  if (value.find_first_of(" \t#") == std::string::npos) return CheckText(value);
  return "is no pattern of a SigningTable; write one without spaces and #";
}

void ReadAuthors(TableReader table, std::vector<OpenDkimAuthors>& authors) {
  std::string pattern;
  std::string domain;
  std::string sender = "default";
  table.Text("pattern", pattern, CheckPattern);
  table.Require("pattern", "authors, such as \"news@example.com\" or \"*@*.example.com\"");
  table.Text("domain", domain, CheckDomain);
  table.Require("domain", "the domain that signs for them");
  table.Text("sender", sender, CheckSender);
  table.Finish();
  auto parsed = Domain::Parse(domain);
  auto whose = Sender::Parse(sender);
  if (parsed && whose) authors.push_back({pattern, *std::move(parsed), *std::move(whose)});
}

}  // namespace

void ReadOpenDkim(TableReader table, std::optional<OpenDkimOptions>& opendkim) {
  OpenDkimOptions read;
  for (const auto& [key, path, what] :
       {std::tuple("key_table", &read.key_table, "the absolute path of the KeyTable to write"),
        std::tuple("signing_table", &read.signing_table,
                   "the absolute path of the SigningTable to write"),
        std::tuple("references", &read.references,
                   "the absolute path of a folder for key references")}) {
    table.Text(key, *path, CheckPath);
    table.Require(key, what);
  }
  std::string algorithm = "rsa-sha256";
  table.Text("algorithm", algorithm, CheckAlgorithm);
  if (const auto parsed = ParseAlgorithm(algorithm)) read.algorithm = *parsed;
  table.Texts("reload_command", read.reload_command, CheckText);
  if (!read.reload_command.empty() && !read.reload_command.front().starts_with('/')) {
    table.Complain("reload_command", "begins with no absolute path; no shell looks for programs");
  }
  for (const TableReader& each : table.Tables("authors")) ReadAuthors(each, read.authors);
  table.Finish();
  opendkim = std::move(read);
}

}  // namespace dkimkeeper

#include "client/document/document_reader.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "client/document/document_table.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/sender.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using Json = nlohmann::ordered_json;

// domain → sender → policy → an array: no document is deeper.
constexpr int kMaxDepth = 8;

// A name with what the type makes of it; a problem where it refuses.
template <typename Name>
std::optional<std::string> ReadName(DocumentTable& table, const char* key, const char* what) {
  const auto text = table.NeededText(key, what);
  if (!text) return std::nullopt;
  const Result<Name> name = Name::Parse(*text);
  if (name) return name->str();
  table.Complain(key, name.error().message);
  return std::nullopt;
}

std::optional<DocumentPlacement> ReadPlacement(DocumentTable& table) {
  const auto token = table.Text("token");
  const auto standby = table.Text("standby_token");
  if (standby && !token) table.Complain("standby_token", "stands in for a token; write token, too");
  if (!token) return std::nullopt;
  if (token->empty()) table.Complain("token", "is empty; name a token, or leave the key out");
  return DocumentPlacement{*token, standby.value_or("")};
}

std::optional<DocumentSender> ReadSender(DocumentTable table) {
  const auto name = ReadName<Sender>(table, "name", "the sender's name");
  DocumentSender sender;
  sender.policy = table.Settings("policy");
  sender.placement = ReadPlacement(table);
  table.Finish();
  if (!name) return std::nullopt;
  sender.name = *name;
  return sender;
}

FailPolicy ReadFailPolicy(DocumentTable& table) {
  const auto text = table.Text("fail_policy");
  if (text == "unsigned") return FailPolicy::kUnsigned;
  if (text && text != "tempfail") {
    table.Complain("fail_policy", "is neither \"tempfail\" nor \"unsigned\"; write one of them");
  }
  return FailPolicy::kTempfail;
}

std::optional<DocumentDomain> ReadDomain(DocumentTable table) {
  const auto name = ReadName<Domain>(table, "name", "the domain, such as \"example.com\"");
  DocumentDomain domain;
  domain.allow_underscore = table.Flag("allow_underscore").value_or(false);
  domain.fail_policy = ReadFailPolicy(table);
  domain.placement = ReadPlacement(table);
  domain.policy = table.Settings("policy");
  std::set<std::string> names;
  for (const DocumentTable& each : table.Tables("sender")) {
    auto sender = ReadSender(each);
    if (!sender) continue;
    if (!names.insert(sender->name).second) {
      table.Complain("sender", "names " + sender->name + " twice; name each sender once");
    }
    domain.senders.push_back(*std::move(sender));
  }
  table.Finish();
  if (!name) return std::nullopt;
  domain.name = *name;
  return domain;
}

std::string ReadVerb(DocumentTable& table) {
  constexpr std::array kVerbs{"sign", "rotate", "audit", "administer"};
  const auto text = table.NeededText("verb", "sign, rotate, audit or administer");
  if (text && std::ranges::find(kVerbs, *text) == kVerbs.end()) {
    table.Complain("verb", "is none; write sign, rotate, audit or administer");
  }
  return text.value_or("");
}

// "*", "example.com" (its sender "default"), "example.com/newsletter" or "example.com/*".
void ReadScope(DocumentTable& table, DocumentGrant& grant) {
  const auto text = table.NeededText(
      "scope", "\"example.com\", \"example.com/newsletter\", \"example.com/*\" or \"*\"");
  if (!text) return;
  const std::size_t slash = text->find('/');
  const std::string sender = slash == std::string::npos ? "" : text->substr(slash + 1);
  if (text == "*") {
    grant.domain = "*";
    grant.sender = "*";
    return;
  }
  grant.domain = text->substr(0, slash);
  if (!grant.domain.starts_with("group:")) {  // whose names the server knows
    const Result<Domain> domain = Domain::Parse(grant.domain);
    if (!domain) return table.Complain("scope", domain.error().message);
    grant.domain = domain->str();
  }
  grant.sender = slash == std::string::npos ? "default" : sender;
  if (slash == std::string::npos || sender == "*") return;
  const Result<Sender> parsed = Sender::Parse(sender);
  if (!parsed) return table.Complain("scope", parsed.error().message);
  grant.sender = parsed->str();
}

DocumentGrant ReadGrant(DocumentTable& table) {
  DocumentGrant grant;
  if (const auto identity = table.NeededText("identity", "uri:…, dns:… or unix:…")) {
    if (!identity->starts_with("uri:") && !identity->starts_with("dns:") &&
        !identity->starts_with("unix:") && !identity->starts_with("group:")) {
      table.Complain("identity",
                     "begins with neither uri:, dns:, unix: nor group:; write which it is");
    }
    grant.identity = *identity;
  }
  grant.verb = ReadVerb(table);
  ReadScope(table, grant);
  table.Finish();
  return grant;
}

Document ReadAll(DocumentTable root) {
  Document document;
  std::set<std::string> names;
  for (DocumentTable& each : root.Tables("domain")) {
    auto domain = ReadDomain(each);
    if (!domain) continue;
    if (!names.insert(domain->name).second) {
      each.Complain("name", domain->name + " is named twice; name each domain once");
    }
    document.domains.push_back(*std::move(domain));
  }
  std::set<DocumentGrant> grants;
  for (DocumentTable& each : root.Tables("grant")) {
    const DocumentGrant grant = ReadGrant(each);
    if (grants.insert(grant).second) document.grants.push_back(grant);
  }
  root.Finish();
  return document;
}

// JSON as the same tree, so that one reader reads both.
using Node = std::variant<std::string, bool, std::int64_t, toml::array, toml::table>;

std::optional<Node> NodeOf(const Json& value, int depth);

std::optional<toml::array> ArrayOf(const Json& value, int depth) {
  toml::array array;
  for (const Json& element : value) {
    auto node = NodeOf(element, depth + 1);
    if (!node) return std::nullopt;
    std::visit([&](auto& taken) { array.push_back(std::move(taken)); }, *node);
  }
  return array;
}

std::optional<toml::table> TableOf(const Json& value, int depth) {
  toml::table table;
  for (const auto& [key, element] : value.items()) {
    auto node = NodeOf(element, depth + 1);
    if (!node) return std::nullopt;
    std::visit([&, &name = key](auto& taken) { table.insert(name, std::move(taken)); }, *node);
  }
  return table;
}

// Nothing for what no document holds.
std::optional<Node> NodeOf(const Json& value, int depth) {
  if (depth > kMaxDepth) return std::nullopt;
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() >
          static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_array()) return ArrayOf(value, depth);
  if (value.is_object()) return TableOf(value, depth);
  return std::nullopt;
}

toml::table FromJson(std::string_view text, DocumentProblems& problems) {
  try {
    if (auto root = TableOf(Json::parse(text), 0)) return *std::move(root);
    problems.Add(0, "", "holds null, a fraction or a nest that no document has; take it out");
  } catch (const Json::exception& error) {
    problems.Add(0, "", "is not JSON: " + std::string(error.what()) + "; correct this first");
  }
  return {};
}

toml::table FromToml(std::string_view text, DocumentProblems& problems) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    problems.Add(error.source().begin.line, "",
                 "is not TOML: " + std::string(error.description()) + "; correct this first");
    return {};
  }
}

}  // namespace

Result<Document> ReadDocument(std::string_view text, const std::string& file_name) {
  DocumentProblems problems(file_name);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_json = first != std::string_view::npos && text[first] == '{';
  const toml::table root = is_json ? FromJson(text, problems) : FromToml(text, problems);
  Document document;
  if (problems.empty()) document = ReadAll(DocumentTable(root, "", problems));
  if (problems.empty()) return document;
  return Fail(Code::kInvalidArgument, reason::kBadDocument, problems.Render());
}

}  // namespace dkimkeeper

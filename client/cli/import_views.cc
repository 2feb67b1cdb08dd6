#include "client/cli/import_views.h"

#include <algorithm>

#include "client/cli/table.h"
#include "client/opendkim/old_key.h"

namespace dkimkeeper {
namespace {

const char* NameOf(Understood understood) {
  switch (understood) {
    case Understood::kWhole:
      return "whole";
    case Understood::kInPart:
      return "in part";
    case Understood::kNot:
      return "not";
  }
  return "";
}

const char* TableOf(const Finding& finding) {
  return finding.of_signing_table ? "SigningTable" : "KeyTable";
}

// One word of a shell, whatever is in it.
std::string ShellWord(const std::string& text) {
  const bool plain = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-:@").find(c) != std::string_view::npos;
  });
  if (plain && !text.empty() && !text.starts_with('-')) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace

std::vector<std::string> CommandsOf(const MigratedLine& line) {
  const std::string& domain = line.domain.str();
  const std::string& selector = line.old_selector.str();
  const std::string id = TokenKeyIdFor(line.domain, line.old_selector);
  return {"dkimkeeper-token import-key " + ShellWord(line.old_key_file) +
              " --label dkim:" + domain + ":" + selector + " --id " + id +
              " --module LIBRARY --token LABEL --pin-file FILE",
          "dkimkeeper key adopt " + domain + " --sender " + line.sender.str() + " --selector " +
              selector + " --token-key-id " + id};
}

std::string ShowFindings(const std::vector<Finding>& findings) {
  std::vector<TableRow> rows;
  rows.reserve(findings.size());
  for (const Finding& each : findings) {
    rows.push_back({std::string(TableOf(each)) + ":" + std::to_string(each.line),
                    Printable(each.entry), NameOf(each.understood), Printable(each.what)});
  }
  return RenderTable({"LINE", "ENTRY", "UNDERSTOOD", "BECOMES"}, rows);
}

std::string ShowAdoptions(const std::vector<Adoption>& adoptions) {
  std::string text =
      "\nOld keys were in files, so that copies may be elsewhere: each counts as exposed, and its\n"
      "successor takes over as soon as its record is proven. On the custody host:\n";
  for (const Adoption& each : adoptions) {
    text += Printable("# " + each.line.domain.str() + ", selector " + each.line.old_selector.str() +
                      (each.note.empty() ? "" : ": " + each.note)) +
            "\n";
    if (!each.possible) continue;
    for (const std::string& command : CommandsOf(each.line)) text += Printable(command) + "\n";
  }
  return text;
}

Json ToJson(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& each : findings) {
    list.push_back({{"table", TableOf(each)},
                    {"line", each.line},
                    {"entry", each.entry},
                    {"understood", NameOf(each.understood)},
                    {"what", each.what}});
  }
  return list;
}

Json ToJson(const std::vector<Adoption>& adoptions) {
  Json list = Json::array();
  for (const Adoption& each : adoptions) {
    list.push_back({{"domain", each.line.domain.str()},
                    {"sender", each.line.sender.str()},
                    {"selector", each.line.old_selector.str()},
                    {"key_file", each.line.old_key_file},
                    {"note", each.note},
                    {"commands", each.possible ? Json(CommandsOf(each.line)) : Json::array()}});
  }
  return list;
}

}  // namespace dkimkeeper

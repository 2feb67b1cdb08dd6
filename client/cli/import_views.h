// What an import from OpenDKIM says: for people, and for programs.
#ifndef CLIENT_CLI_IMPORT_VIEWS_H_
#define CLIENT_CLI_IMPORT_VIEWS_H_

#include <string>
#include <vector>

#include "client/cli/json.h"
#include "client/opendkim/migration.h"

namespace dkimkeeper {

// An old private key: the commands that bring it along, or why none do.
struct Adoption {
  MigratedLine line;
  std::string note;  // what is known of the key; empty: nothing to say
  bool possible = true;
};

// The two commands, for the custody host; what only its operator knows is in capitals.
[[nodiscard]] std::vector<std::string> CommandsOf(const MigratedLine& line);

[[nodiscard]] std::string ShowFindings(const std::vector<Finding>& findings);
[[nodiscard]] std::string ShowAdoptions(const std::vector<Adoption>& adoptions);

// [{"table", "line", "entry", "understood": "whole" | "in part" | "not", "what"}]
[[nodiscard]] Json ToJson(const std::vector<Finding>& findings);
// [{"domain", "sender", "selector", "key_file", "note", "commands"}]
[[nodiscard]] Json ToJson(const std::vector<Adoption>& adoptions);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_IMPORT_VIEWS_H_

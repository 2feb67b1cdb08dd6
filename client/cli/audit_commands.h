// What the verbs of `dkimkeeper audit` take that read files and ask no daemon.
#ifndef CLIENT_CLI_AUDIT_COMMANDS_H_
#define CLIENT_CLI_AUDIT_COMMANDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dkimkeeper {

// Where a daemon of this host keeps its log, unless its configuration says otherwise.
inline constexpr const char* kDefaultAuditFolder = "/var/lib/dkimkeeper/audit";

// Texts are empty where nothing was given.
struct AuditSelection {
  std::vector<std::string> folders;
  std::string since, until;  // moment.h
  std::string identity, domain, act, outcome;
};

struct AuditListCommand {
  AuditSelection selection;
  bool follow = false;
};

// JSON lines.
struct AuditExportCommand {
  AuditSelection selection;
};

struct AuditVerifyCommand {
  std::vector<std::string> folders;
  std::string key;   // a verifier key, or a file of them
  std::string last;  // a file with checkpoints that were kept elsewhere
  std::optional<std::uint64_t> record;
  std::optional<std::uint64_t> first;
};

// One of digest and message.
struct AuditWhoSignedCommand {
  std::vector<std::string> folders;
  std::string digest;   // hexadecimal
  std::string message;  // a file; "-": standard input
};

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_AUDIT_COMMANDS_H_

// What the tables of OpenDKIM become here. Plain values.
#ifndef CLIENT_OPENDKIM_MIGRATION_H_
#define CLIENT_OPENDKIM_MIGRATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "client/document/document.h"
#include "client/opendkim/key_table.h"
#include "client/opendkim/signing_table.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/selector.h"
#include "proto/dkim/sender.h"

namespace dkimkeeper {

// A line of keys, and the one key that OpenDKIM signed with.
struct MigratedLine {
  Domain domain;
  Sender sender = Sender::Default();
  Selector old_selector;
  std::string old_key_file;  // empty: it stands in the KeyTable
};

// [[sender]] of the agent.
struct MigratedRule {
  Domain author_domain;
  std::string address;  // of the author; empty: every one of the domain
  Sender sender = Sender::Default();
};

enum class Understood : std::uint8_t { kWhole, kInPart, kNot };

// What became of one line.
struct Finding {
  bool of_signing_table = false;  // else of the KeyTable
  unsigned line = 0;
  std::string entry;
  Understood understood = Understood::kNot;
  std::string what;  // a sentence; of what is not understood: with what to do
};

struct Migration {
  std::vector<MigratedLine> lines;  // domain and sender are distinct
  std::vector<MigratedRule> rules;  // the first that holds decides
  std::vector<Domain> parents;      // [author] parents of the agent
  std::vector<Finding> findings;    // one or more for each line of the tables
};

// Each line once, whatever OpenDKIM's configuration beside the tables says: of several that match
// an author the first signs, as without MultipleSignatures. Pure.
[[nodiscard]] Migration Migrate(const KeyTable& keys, const SigningTable& signing);

// Domains and senders for `apply`. OpenDKIM may be the signer for a while and hear of a rotation
// late: the key before signs for 48 hours more. Domains with an old selector in `adopted` that
// holds an underscore allow them.
[[nodiscard]] Document DocumentOf(const Migration& migration,
                                  const std::vector<MigratedLine>& adopted);

// The part of dkimkeeper-agent's configuration that chooses domain and sender, in TOML.
[[nodiscard]] std::string AgentRules(const Migration& migration);

}  // namespace dkimkeeper

#endif  // CLIENT_OPENDKIM_MIGRATION_H_

// KeyTable and SigningTable for an OpenDKIM that signs with key references. Plain values.
#ifndef CLIENT_AGENT_OPENDKIM_TABLES_H_
#define CLIENT_AGENT_OPENDKIM_TABLES_H_

#include <string>
#include <vector>

#include "dkimkeeper/client.h"

namespace dkimkeeper {

// Authors in the words of a "refile:" SigningTable, such as "news@example.com" or
// "*@*.example.com", and whose keys sign for them.
struct OpenDkimAuthors {
  std::string pattern;
  Domain domain;
  Sender sender = Sender::Default();
};

struct OpenDkimTables {
  std::string key_table;
  std::string signing_table;      // of patterns: "refile:"
  std::vector<SigningKey> named;  // the keys in it, each with a reference file
};

// What the name of a key's reference file ends in.
inline constexpr std::string_view kReferenceSuffix = ".dkimkeeper.pem";

// In the folder of the reference files.
[[nodiscard]] std::string ReferenceFileName(const Domain& domain, const Selector& selector);

// The key to sign with now of every sender, of one algorithm: OpenDKIM signs with one for all. The
// authors that are named come first, in their order, then every domain with its sender "default".
// Authors without a key are left out: OpenDKIM defers mail of authors whose key it does not find.
[[nodiscard]] OpenDkimTables TablesFor(const SigningKeys& keys, Algorithm algorithm,
                                       const std::vector<OpenDkimAuthors>& authors,
                                       const std::string& reference_folder);

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_OPENDKIM_TABLES_H_

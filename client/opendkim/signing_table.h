// OpenDKIM's SigningTable: which keys sign for which author (opendkim.conf(5)).
#ifndef CLIENT_OPENDKIM_SIGNING_TABLE_H_
#define CLIENT_OPENDKIM_SIGNING_TABLE_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/opendkim/data_set.h"
#include "proto/dkim/domain.h"

namespace dkimkeeper {

// The authors that a line is about.
struct AuthorPattern {
  enum class Kind : std::uint8_t {
    kAddress,    // one address of `domain`
    kDomain,     // every address of `domain`
    kBelow,      // every address of every domain below `domain`, not of itself
    kEverybody,  // every address; `domain` is empty
  };

  Kind kind = Kind::kEverybody;
  std::string local_part;  // of kAddress, lower case
  std::optional<Domain> domain;

  // Every author that `other` is about this one is about, too.
  [[nodiscard]] bool Covers(const AuthorPattern& other) const;
};

struct SigningTableEntry {
  unsigned line = 0;
  std::string text;  // the pattern as it is written
  AuthorPattern authors;
  std::string key_name;  // in the KeyTable; "%": the author's domain
  std::string signer;    // i=, with "%" for the author's domain; empty: none is written
};

struct SigningTable {
  std::vector<SigningTableEntry> entries;  // in the order in which OpenDKIM looks at them
  std::vector<TableProblem> problems;      // every line that is not among them
};

// `kind` is what the entries were read as: it decides what "*" means, and in which order OpenDKIM
// looks. kDatabase has no entries.
[[nodiscard]] SigningTable ReadSigningTable(DataSetKind kind,
                                            std::span<const DataSetEntry> entries);

// Of a table that nobody said the kind of: kPatterns where a line has a "*" that "file:" would
// never match, else kFile.
[[nodiscard]] DataSetKind LikelyKind(std::span<const DataSetEntry> entries);

}  // namespace dkimkeeper

#endif  // CLIENT_OPENDKIM_SIGNING_TABLE_H_

// OpenDKIM's KeyTable: which key a name stands for (opendkim.conf(5)).
#ifndef CLIENT_OPENDKIM_KEY_TABLE_H_
#define CLIENT_OPENDKIM_KEY_TABLE_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/opendkim/data_set.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/selector.h"

namespace dkimkeeper {

struct KeyTableEntry {
  unsigned line = 0;
  std::string name;              // what the SigningTable calls it
  std::optional<Domain> domain;  // d=; nothing: "%", the author's
  Selector selector;
  // Where the private key is, with "%" for the author's domain; relative to where OpenDKIM was
  // started. Empty: the key itself stands in the table. It is not kept.
  std::string key_file;
};

struct KeyTable {
  std::vector<KeyTableEntry> entries;  // names are distinct
  std::vector<TableProblem> problems;  // every line that is not among them

  // Null: none of that name.
  [[nodiscard]] const KeyTableEntry* Find(std::string_view name) const;
};

[[nodiscard]] KeyTable ReadKeyTable(std::span<const DataSetEntry> entries);

}  // namespace dkimkeeper

#endif  // CLIENT_OPENDKIM_KEY_TABLE_H_

// What OpenDKIM calls a data set, as files and words hold it: opendkim(8), "DATA SETS".
#ifndef CLIENT_OPENDKIM_DATA_SET_H_
#define CLIENT_OPENDKIM_DATA_SET_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dkimkeeper {

enum class DataSetKind : std::uint8_t {
  kFile,      // "file:/path", or a path: keys are taken as they are
  kPatterns,  // "refile:/path": keys are patterns, "*" stands for any text
  kList,      // "csl:key=value,key=value"
  kDatabase,  // "db:", "dsn:", "ldap:" and the like: what only OpenDKIM can open
};

struct DataSetName {
  DataSetKind kind = DataSetKind::kFile;
  bool kind_is_written = false;
  std::string rest;  // the path; of a list, the list
};

// Takes what stands in opendkim.conf, or just a path, relative ones included.
[[nodiscard]] DataSetName ParseDataSetName(std::string_view text);

// Neither is empty at its ends; the value may be empty.
struct DataSetEntry {
  unsigned line = 0;  // counts from 1; of a list: the element
  std::string key;
  std::string value;
};

// In their order. "#" begins a comment wherever it stands, as OpenDKIM reads it. Any text is one.
[[nodiscard]] std::vector<DataSetEntry> ReadDataSet(DataSetKind kind, std::string_view text);

// A line that this program cannot carry over, and what to do about it.
struct TableProblem {
  unsigned line = 0;
  std::string entry;  // its key; empty where it could be key material
  std::string what;   // a sentence
};

}  // namespace dkimkeeper

#endif  // CLIENT_OPENDKIM_DATA_SET_H_

// Reads the values of one TOML table, strictly.
#ifndef PROTO_BASE_CONFIG_TABLE_READER_H_
#define PROTO_BASE_CONFIG_TABLE_READER_H_

#include <toml++/toml.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/config/checks.h"
#include "proto/base/config/problems.h"

namespace dkimkeeper {

// What the readers of one file share. Not thread-safe.
struct ReadLog {
  explicit ReadLog(std::string file_name) : problems(std::move(file_name)) {}
  Problems problems;
  std::vector<std::string> defaulted;  // dotted keys that were asked for and not written
};

// Asks a table for its keys one by one. A value that is missing leaves the caller's default as it
// is; one that is wrong leaves it, too, and is a problem. At the end Finish() complains of the keys
// that nobody asked for. Not thread-safe; the table and the log must outlive this.
class TableReader {
 public:
  // `name` is dotted, empty for the root. A null `table` is one that is not written.
  TableReader(const toml::table* table, std::string name, ReadLog& log)
      : table_(table), name_(std::move(name)), log_(log) {}

  void Bool(std::string_view key, bool& value);
  void Whole(std::string_view key, unsigned& value, unsigned least, unsigned most);
  void Duration(std::string_view key, std::chrono::milliseconds& value,
                std::chrono::milliseconds least, std::chrono::milliseconds most);
  void Text(std::string_view key, std::string& value, Check check);
  void Texts(std::string_view key, std::vector<std::string>& values, Check check);

  // Whatever value stands there, as the text of a policy setting: a string, a whole number, a
  // boolean, or an array of strings with spaces between.
  void AnyText(std::string_view key, std::optional<std::string>& value);

  // The table below `key`; one that is not written reads as empty.
  [[nodiscard]] TableReader Table(std::string_view key);
  // The tables of the array `[[key]]`.
  [[nodiscard]] std::vector<TableReader> Tables(std::string_view key);

  // Complains if `key` is not written: `what` says what to write.
  void Require(std::string_view key, std::string_view what);

  // Complains of a key: at its line, or at the table's where the key is not written.
  void Complain(std::string_view key, const std::string& what);

  [[nodiscard]] bool Has(std::string_view key) const;

  // Complains of every key that was not asked for.
  void Finish();

 private:
  // The node, remembered as asked for; null, and remembered as defaulted, where it is not written.
  const toml::node* Ask(std::string_view key);
  void ComplainAt(const toml::node& node, std::string_view key, const std::string& what);
  [[nodiscard]] std::string FullName(std::string_view key) const;
  [[nodiscard]] std::string KnownKeys() const;

  const toml::table* table_;
  std::string name_;
  ReadLog& log_;
  std::vector<std::string> asked_;
};

}  // namespace dkimkeeper

#endif  // PROTO_BASE_CONFIG_TABLE_READER_H_

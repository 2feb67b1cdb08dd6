// Reads the values of one table of a document, strictly.
#ifndef CLIENT_DOCUMENT_DOCUMENT_TABLE_H_
#define CLIENT_DOCUMENT_DOCUMENT_TABLE_H_

#include <toml++/toml.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dkimkeeper {

// Problems of one document, by line. Not thread-safe.
class DocumentProblems {
 public:
  explicit DocumentProblems(std::string file_name) : file_name_(std::move(file_name)) {}

  // `line` counts from 1; 0: none is known.
  void Add(std::uint32_t line, const std::string& key, const std::string& what);

  [[nodiscard]] bool empty() const { return by_line_.empty(); }
  // One on each line.
  [[nodiscard]] std::string Render() const;

 private:
  std::string file_name_;
  std::multimap<std::uint32_t, std::string> by_line_;
};

// Asks a table for its keys one by one; Finish() complains of those that nobody asked for. Not
// thread-safe; the table and the problems must outlive this.
class DocumentTable {
 public:
  // `name` is dotted, empty for the root.
  DocumentTable(const toml::table& table, std::string name, DocumentProblems& problems)
      : table_(table), name_(std::move(name)), problems_(problems) {}

  // Empty where it is not written, or wrong.
  [[nodiscard]] std::optional<std::string> Text(std::string_view key);
  [[nodiscard]] std::optional<bool> Flag(std::string_view key);
  // As Text, and a problem where it is not written.
  [[nodiscard]] std::optional<std::string> NeededText(std::string_view key, std::string_view what);

  // The values of the table `key`, as text: a string, a whole number, a boolean, or an array of
  // strings with spaces between.
  [[nodiscard]] std::map<std::string, std::string> Settings(std::string_view key);

  // The tables of the array `key`.
  [[nodiscard]] std::vector<DocumentTable> Tables(std::string_view key);

  void Complain(std::string_view key, const std::string& what);
  void Finish();

 private:
  const toml::node* Ask(std::string_view key);
  void ComplainAt(const toml::node& node, std::string_view key, const std::string& what);
  [[nodiscard]] std::string FullName(std::string_view key) const;

  const toml::table& table_;
  std::string name_;
  DocumentProblems& problems_;
  std::vector<std::string> asked_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_DOCUMENT_DOCUMENT_TABLE_H_

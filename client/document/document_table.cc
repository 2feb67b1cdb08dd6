#include "client/document/document_table.h"

#include <algorithm>

#include "proto/base/config/setting_text.h"

namespace dkimkeeper {
namespace {

// A quoted key may hold anything: it must neither start a line nor drive a terminal.
std::string Printable(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return text;
}

}  // namespace

void DocumentProblems::Add(std::uint32_t line, const std::string& key, const std::string& what) {
  std::string text = file_name_;
  if (line != 0) text += ':' + std::to_string(line);
  text += ": " + (key.empty() ? "" : key + ": ") + what;
  by_line_.emplace(line, Printable(std::move(text)));
}

std::string DocumentProblems::Render() const {
  std::string text;
  for (const auto& [line, problem] : by_line_) text += (text.empty() ? "" : "\n") + problem;
  return text;
}

std::string DocumentTable::FullName(std::string_view key) const {
  if (name_.empty() || key.empty()) return name_ + std::string(key);
  return name_ + "." + std::string(key);
}

const toml::node* DocumentTable::Ask(std::string_view key) {
  asked_.emplace_back(key);
  return table_.get(key);
}

void DocumentTable::ComplainAt(const toml::node& node, std::string_view key,
                               const std::string& what) {
  problems_.Add(node.source().begin.line, FullName(key), what);
}

void DocumentTable::Complain(std::string_view key, const std::string& what) {
  const toml::node* node = table_.get(key);
  ComplainAt(node == nullptr ? static_cast<const toml::node&>(table_) : *node, key, what);
}

std::optional<std::string> DocumentTable::Text(std::string_view key) {
  const toml::node* node = Ask(key);
  if (node == nullptr) return std::nullopt;
  auto text = node->value_exact<std::string>();
  if (!text) ComplainAt(*node, key, "is no string; write one in quotes");
  return text;
}

std::optional<bool> DocumentTable::Flag(std::string_view key) {
  const toml::node* node = Ask(key);
  if (node == nullptr) return std::nullopt;
  const auto flag = node->value_exact<bool>();
  if (!flag) ComplainAt(*node, key, "is neither true nor false; write one of them");
  return flag;
}

std::optional<std::string> DocumentTable::NeededText(std::string_view key, std::string_view what) {
  auto text = Text(key);
  if (table_.get(key) == nullptr) Complain(key, "is missing; write " + std::string(what));
  return text;
}

std::map<std::string, std::string> DocumentTable::Settings(std::string_view key) {
  std::map<std::string, std::string> settings;
  const toml::node* node = Ask(key);
  if (node == nullptr) return settings;
  const toml::table* table = node->as_table();
  if (table == nullptr) {
    ComplainAt(*node, key, "is no table; write { name = \"value\", ... }");
    return settings;
  }
  for (const auto& [name, value] : *table) {
    if (auto text = SettingText(value)) {
      settings.emplace(std::string(name.str()), *std::move(text));
    } else {
      ComplainAt(value, std::string(key) + "." + std::string(name.str()),
                 "is no value of a setting; write a string, a whole number, true or false, or an "
                 "array of strings");
    }
  }
  return settings;
}

std::vector<DocumentTable> DocumentTable::Tables(std::string_view key) {
  std::vector<DocumentTable> tables;
  const toml::node* node = Ask(key);
  if (node == nullptr) return tables;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    ComplainAt(*node, key, "is no array of tables; head each [[" + FullName(key) + "]]");
    return tables;
  }
  std::size_t number = 0;
  for (const toml::node& element : *array) {
    const std::string name = FullName(key) + "[" + std::to_string(++number) + "]";
    if (const toml::table* table = element.as_table()) {
      tables.emplace_back(*table, name, problems_);
    } else {
      problems_.Add(element.source().begin.line, name, "is no table; write one");
    }
  }
  return tables;
}

void DocumentTable::Finish() {
  std::string known;
  for (const std::string& key : asked_) known += (known.empty() ? "" : ", ") + key;
  for (const auto& [key, node] : table_) {
    if (std::ranges::find(asked_, key.str()) != asked_.end()) continue;
    ComplainAt(node, key.str(), "is not known; remove it, or write one of: " + known);
  }
}

}  // namespace dkimkeeper

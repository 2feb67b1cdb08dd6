#include "proto/base/config/table_reader.h"

#include <algorithm>
#include <cstdint>

#include "proto/base/config/setting_text.h"
#include "proto/base/duration_text.h"

namespace dkimkeeper {
namespace {

std::string KindOf(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::none:
      return "nothing";
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      return "a date or time";
  }
  return "something else";
}

std::string WrongType(const toml::node& node, std::string_view expected) {
  return "is " + KindOf(node) + "; write " + std::string(expected);
}

}  // namespace

std::string TableReader::FullName(std::string_view key) const {
  if (name_.empty() || key.empty()) return name_ + std::string(key);
  return name_ + "." + std::string(key);
}

const toml::node* TableReader::Ask(std::string_view key) {
  asked_.emplace_back(key);
  const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
  if (node == nullptr) log_.defaulted.push_back(FullName(key));
  return node;
}

bool TableReader::Has(std::string_view key) const {
  return table_ != nullptr && table_->contains(key);
}

void TableReader::ComplainAt(const toml::node& node, std::string_view key,
                             const std::string& what) {
  log_.problems.Add(node.source().begin.line, FullName(key), what);
}

void TableReader::Complain(std::string_view key, const std::string& what) {
  const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
  if (node != nullptr) return ComplainAt(*node, key, what);
  // The root's own position says nothing: what is missing there has no line.
  const bool has_line = table_ != nullptr && !name_.empty();
  log_.problems.Add(has_line ? table_->source().begin.line : 0, FullName(key), what);
}

void TableReader::Require(std::string_view key, std::string_view what) {
  if (!Has(key)) Complain(key, "is missing; write " + std::string(what));
}

void TableReader::Bool(std::string_view key, bool& value) {
  const toml::node* node = Ask(key);
  if (node == nullptr) return;
  const auto written = node->value_exact<bool>();
  if (!written) return ComplainAt(*node, key, WrongType(*node, "true or false"));
  value = *written;
}

void TableReader::Whole(std::string_view key, unsigned& value, unsigned least, unsigned most) {
  const toml::node* node = Ask(key);
  if (node == nullptr) return;
  const std::string expected =
      "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  const auto written = node->value_exact<std::int64_t>();
  if (!written) return ComplainAt(*node, key, WrongType(*node, expected));
  if (*written < least || *written > most) {
    return ComplainAt(*node, key, "is " + std::to_string(*written) + "; write " + expected);
  }
  value = static_cast<unsigned>(*written);
}

void TableReader::Duration(std::string_view key, std::chrono::milliseconds& value,
                           std::chrono::milliseconds least, std::chrono::milliseconds most) {
  const toml::node* node = Ask(key);
  if (node == nullptr) return;
  const std::string expected = "a duration from \"" + FormatDuration(least) + "\" to \"" +
                               FormatDuration(most) + "\" (units: ms, s, m, h, d)";
  const auto written = node->value_exact<std::string>();
  if (!written) return ComplainAt(*node, key, WrongType(*node, expected));
  const auto duration = ParseDuration(*written);
  if (!duration) return ComplainAt(*node, key, "is no duration; write " + expected);
  if (*duration < least || *duration > most) {
    return ComplainAt(*node, key, "is out of range; write " + expected);
  }
  value = *duration;
}

void TableReader::Text(std::string_view key, std::string& value, Check check) {
  const toml::node* node = Ask(key);
  if (node == nullptr) return;
  auto written = node->value_exact<std::string>();
  if (!written) return ComplainAt(*node, key, WrongType(*node, "a string in quotes"));
  if (auto complaint = check(*written)) return ComplainAt(*node, key, *complaint);
  value = std::move(*written);
}

void TableReader::Texts(std::string_view key, std::vector<std::string>& values, Check check) {
  const toml::node* node = Ask(key);
  if (node == nullptr) return;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    return ComplainAt(*node, key, WrongType(*node, "an array of strings, such as [\"…\"]"));
  }
  std::vector<std::string> written;
  for (const toml::node& element : *array) {
    auto text = element.value_exact<std::string>();
    if (!text) {
      ComplainAt(element, key, "has an element that " + WrongType(element, "strings only"));
      continue;
    }
    if (auto complaint = check(*text)) ComplainAt(element, key, *complaint);
    written.push_back(std::move(*text));
  }
  values = std::move(written);
}

void TableReader::AnyText(std::string_view key, std::optional<std::string>& value) {
  const toml::node* node = Ask(key);
  if (node == nullptr) return;
  value = SettingText(*node);
  if (!value) ComplainAt(*node, key, WrongType(*node, "a value, or an array of strings"));
}

TableReader TableReader::Table(std::string_view key) {
  asked_.emplace_back(key);
  const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
  const toml::table* table = node == nullptr ? nullptr : node->as_table();
  if (node != nullptr && table == nullptr) {
    ComplainAt(*node, key, WrongType(*node, "a table, [" + FullName(key) + "]"));
  }
  return {table, FullName(key), log_};
}

std::vector<TableReader> TableReader::Tables(std::string_view key) {
  asked_.emplace_back(key);
  std::vector<TableReader> readers;
  const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
  if (node == nullptr) return readers;
  const std::string expected = "tables, each headed [[" + FullName(key) + "]]";
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    ComplainAt(*node, key, WrongType(*node, expected));
    return readers;
  }
  for (const toml::node& element : *array) {
    if (const toml::table* table = element.as_table()) {
      readers.emplace_back(table, FullName(key), log_);
    } else {
      ComplainAt(element, key, WrongType(element, expected));
    }
  }
  return readers;
}

std::string TableReader::KnownKeys() const {
  std::string keys;
  for (const std::string& key : asked_) keys += (keys.empty() ? "" : ", ") + key;
  return keys;
}

void TableReader::Finish() {
  if (table_ == nullptr) return;
  for (const auto& [key, node] : *table_) {
    if (std::find(asked_.begin(), asked_.end(), key.str()) != asked_.end()) continue;
    log_.problems.Add(key.source().begin.line, FullName(key.str()),
                      "is not known; remove it, or write one of: " + KnownKeys());
  }
}

}  // namespace dkimkeeper

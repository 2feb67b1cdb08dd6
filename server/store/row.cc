#include "server/store/row.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <system_error>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// A column that the table does not have is a bug in this folder.
std::size_t IndexOf(const Table& table, std::string_view column) {
  const auto found = std::ranges::find(table.columns, column);
  if (found == table.columns.end()) std::abort();
  return static_cast<std::size_t>(found - table.columns.begin());
}

std::string KeyColumns(const Table& table) {
  std::string list;
  for (const std::string_view column : table.key()) {
    if (!list.empty()) list += ", ";
    list += column;
  }
  return list;
}

}  // namespace

void Row::Set(std::string_view column, const std::optional<Timestamp>& time) {
  if (time) {
    Set(column, ToMilliseconds(*time));
  } else {
    Cell(column).reset();
  }
}

const std::optional<std::string>& Row::Get(std::string_view column) const {
  return cells_[IndexOf(table_, column)];
}

std::optional<std::string>& Row::Cell(std::string_view column) {
  return cells_[IndexOf(table_, column)];
}

const std::string& RowReader::Text(std::string_view column) {
  static const std::string kNothing;
  const auto& cell = row_.Get(column);
  if (cell) return *cell;
  MarkDamaged(column);
  return kNothing;
}

std::int64_t RowReader::Number(std::string_view column, std::int64_t lowest, std::int64_t highest) {
  const std::string& text = Text(column);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= lowest &&
      number <= highest) {
    return number;
  }
  MarkDamaged(column);
  return lowest;
}

Timestamp RowReader::Time(std::string_view column) {
  using Limits = std::numeric_limits<std::int64_t>;
  return FromMilliseconds(Number(column, Limits::min(), Limits::max()));
}

std::optional<Timestamp> RowReader::OptionalTime(std::string_view column) {
  if (IsNull(column)) return std::nullopt;
  return Time(column);
}

void RowReader::MarkDamaged(std::string_view column) {
  if (damage_) return;
  damage_ = Error{Code::kInternal, std::string(reason::kStoreDamaged),
                  "the key store is damaged: table " + std::string(row_.table().name) + ", row " +
                      std::to_string(number_) + " in order of " + KeyColumns(row_.table()) +
                      ", column " + std::string(column) +
                      " holds nothing that was ever stored there; restore it from a backup"};
}

}  // namespace dkimkeeper

// One row of a table, as text, on its way into or out of the database.
#ifndef SERVER_STORE_ROW_H_
#define SERVER_STORE_ROW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"
#include "server/keys/timestamp.h"
#include "server/store/tables.h"

namespace dkimkeeper {

// A row with a cell per column; nothing is NULL. Every value is written and read as text: databases
// convert it to the column's type, and a value that is damaged shows as itself instead of as 0.
class Row {
 public:
  explicit Row(const Table& table) : table_(table), cells_(table.columns.size()) {}

  // `column` must be one of the table's.
  void Set(std::string_view column, std::string_view text) { Cell(column) = std::string(text); }
  void Set(std::string_view column, std::int64_t number) { Cell(column) = std::to_string(number); }
  void Set(std::string_view column, const std::optional<Timestamp>& time);

  [[nodiscard]] const std::optional<std::string>& Get(std::string_view column) const;

  [[nodiscard]] const Table& table() const { return table_; }
  [[nodiscard]] std::vector<std::optional<std::string>>& cells() { return cells_; }
  [[nodiscard]] const std::vector<std::optional<std::string>>& cells() const { return cells_; }

 private:
  [[nodiscard]] std::optional<std::string>& Cell(std::string_view column);

  const Table& table_;
  std::vector<std::optional<std::string>> cells_;
};

// Reads a row column by column and remembers the first that does not hold what it should. After a
// damage every reader still answers something, so that the caller asks for `damage` once.
class RowReader {
 public:
  // `row` must outlive this. `number` counts from 1 in the order of the primary key.
  RowReader(const Row& row, std::size_t number) : row_(row), number_(number) {}

  // Empty when NULL, which is damage.
  [[nodiscard]] const std::string& Text(std::string_view column);
  // A decimal number within `lowest` and `highest`, else damage.
  [[nodiscard]] std::int64_t Number(std::string_view column, std::int64_t lowest,
                                    std::int64_t highest);
  [[nodiscard]] bool Flag(std::string_view column) { return Number(column, 0, 1) == 1; }
  [[nodiscard]] Timestamp Time(std::string_view column);
  [[nodiscard]] std::optional<Timestamp> OptionalTime(std::string_view column);
  [[nodiscard]] bool IsNull(std::string_view column) const { return !row_.Get(column); }

  // What `parse` makes of the text. Damage where it fails, or where `print` of the value is not
  // the text again: the store only ever wrote canonical forms.
  template <typename Parse, typename Print>
  auto Value(std::string_view column, const Parse& parse, const Print& print) {
    const std::string& text = Text(column);
    auto value = parse(text);
    if (!value || print(*value) != text) MarkDamaged(column);
    return value;
  }

  [[nodiscard]] const Row& row() const { return row_; }

  void MarkDamaged(std::string_view column);
  // INTERNAL/STORE_DAMAGED names table, row number and column, and no value.
  [[nodiscard]] const std::optional<Error>& damage() const { return damage_; }

 private:
  const Row& row_;
  std::size_t number_;
  std::optional<Error> damage_;
};

}  // namespace dkimkeeper

#endif  // SERVER_STORE_ROW_H_

#include "server/store/statements.h"

#include <span>
#include <vector>

namespace dkimkeeper {
namespace {

// "a, b, c", each with `before` in front.
std::string Joined(std::span<const std::string_view> columns, std::string_view before = "") {
  std::string list;
  for (const std::string_view column : columns) {
    if (!list.empty()) list += ", ";
    list.append(before).append(column);
  }
  return list;
}

std::string InsertText(const Table& table) {
  return "INSERT INTO " + std::string(table.name) + " (" + Joined(table.columns) + ") VALUES (" +
         Joined(table.columns, ":") + ") ON CONFLICT (" + Joined(table.key()) + ") ";
}

std::string PutText(const Table& table) {
  std::string changes;
  for (const std::string_view column : table.columns.subspan(table.key_columns)) {
    if (!changes.empty()) changes += ", ";
    changes.append(column).append(" = excluded.").append(column);
  }
  return InsertText(table) + (changes.empty() ? "DO NOTHING" : "DO UPDATE SET " + changes);
}

std::string WhereText(const Table& table, std::size_t columns) {
  std::string condition;
  for (const std::string_view column : table.key().first(columns)) {
    condition += condition.empty() ? " WHERE " : " AND ";
    condition.append(column).append(" = :").append(column);
  }
  return condition;
}

// A statement with the cells it takes and gives, which must stay where they are while it runs.
class Statement {
 public:
  using Cells = std::vector<std::optional<std::string>>;

  Statement(soci::session& session, const std::string& text, const Cells& parameters,
            std::size_t results = 0)
      : parameters_(Split(parameters)), results_(results), statement_(session) {
    for (Cell& cell : parameters_) statement_.exchange(soci::use(cell.text, cell.indicator));
    for (Cell& cell : results_) statement_.exchange(soci::into(cell.text, cell.indicator));
    statement_.alloc();
    statement_.prepare(text);
    statement_.define_and_bind();
  }

  // How many rows it changed.
  long long Run() {
    statement_.execute(true);
    return statement_.get_affected_rows();
  }

  void Start() { statement_.execute(false); }
  // The next row into `cells`; false after the last.
  [[nodiscard]] bool Fetch(Cells& cells) {
    if (!statement_.fetch()) return false;
    for (std::size_t i = 0; i < results_.size(); ++i) {
      if (results_[i].indicator == soci::i_null) {
        cells[i].reset();
      } else {
        cells[i] = results_[i].text;
      }
    }
    return true;
  }

 private:
  struct Cell {
    std::string text;
    soci::indicator indicator = soci::i_ok;
  };

  static std::vector<Cell> Split(const Cells& cells) {
    std::vector<Cell> split;
    split.reserve(cells.size());
    for (const auto& cell : cells) {
      split.push_back({cell.value_or(""), cell ? soci::i_ok : soci::i_null});
    }
    return split;
  }

  std::vector<Cell> parameters_;
  std::vector<Cell> results_;
  soci::statement statement_;
};

Statement::Cells CellsOf(KeyPrefix prefix) { return {prefix.begin(), prefix.end()}; }

}  // namespace

std::string ColumnsOf(const Table& table) { return Joined(table.columns); }

void Put(soci::session& session, const Row& row) {
  Statement(session, PutText(row.table()), row.cells()).Run();
}

bool Add(soci::session& session, const Row& row) {
  return Statement(session, InsertText(row.table()) + "DO NOTHING", row.cells()).Run() > 0;
}

void Remove(soci::session& session, const Table& table, KeyPrefix prefix) {
  Statement(session, "DELETE FROM " + std::string(table.name) + WhereText(table, prefix.size()),
            CellsOf(prefix))
      .Run();
}

Outcome ForEach(soci::session& session, const Table& table, KeyPrefix prefix,
                const std::function<Outcome(RowReader&)>& visit) {
  Statement statement(session,
                      "SELECT " + Joined(table.columns) + " FROM " + std::string(table.name) +
                          WhereText(table, prefix.size()) + " ORDER BY " + Joined(table.key()),
                      CellsOf(prefix), table.columns.size());
  statement.Start();
  Row row(table);
  for (std::size_t number = 1; statement.Fetch(row.cells()); ++number) {
    RowReader reader(row, number);
    if (const Outcome visited = visit(reader); !visited) return visited;
  }
  return {};
}

}  // namespace dkimkeeper

#include "server/store/dump.h"

#include <array>
#include <charconv>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "proto/reason.h"
#include "server/store/contents_reader.h"
#include "server/store/dump_line.h"
#include "server/store/migrations.h"
#include "server/store/schema.h"
#include "server/store/sql_errors.h"
#include "server/store/statements.h"
#include "server/store/transaction.h"

namespace dkimkeeper {
namespace {

constexpr std::array<const Table*, 16> kTables{
    &tables::kDomains,        &tables::kSenders,           &tables::kSettings,
    &tables::kKeys,           &tables::kKeyLacks,          &tables::kFormerKeys,
    &tables::kFormerKeyLacks, &tables::kReservedSelectors, &tables::kGrants,
    &tables::kTokens,         &tables::kRequests,          &tables::kChecks,
    &tables::kCheckpoints,    &tables::kGroupMembers,      &tables::kApprovals,
    &tables::kApprovalRule,
};

std::string HeaderLine() {
  return "dkimkeeper-store 1, schema " + std::to_string(Migrations().back().version);
}

std::string TableLine(const Table& table) {
  std::string line = "table " + std::string(table.name);
  for (const std::string_view column : table.columns) line.append(" ").append(column);
  return line;
}

std::string GenerationLine(std::int64_t generation) {
  return "generation " + std::to_string(generation);
}

std::string EndLine(std::size_t rows, const Crc32& crc) {
  return "end " + std::to_string(rows) + " " + crc.Hex();
}

class Writer {
 public:
  Writer(soci::session& session, std::ostream& out) : session_(session), out_(out) {}

  Outcome Write(std::int64_t generation) {
    Line(HeaderLine());
    Line(GenerationLine(generation));
    for (const Table* table : kTables) {
      Line(TableLine(*table));
      const auto written = ForEach(session_, *table, {}, [this](RowReader& row) -> Outcome {
        Line(PrintRow(row.row().cells()));
        ++rows_;
        return {};
      });
      if (!written) return written;
    }
    Line(EndLine(rows_, crc_));
    if (out_.flush()) return {};
    return Fail(Code::kResourceExhausted, reason::kStorageFull,
                "writing the copy of the key store failed; make room for it");
  }

 private:
  void Line(std::string line) {
    line += '\n';
    crc_.Add(line);
    out_ << line;
  }

  soci::session& session_;
  std::ostream& out_;
  Crc32 crc_;
  std::size_t rows_ = 0;
};

class Reader {
 public:
  Reader(soci::session& session, std::istream& in) : session_(session), in_(in) {}

  Outcome Read(Timestamp now) {
    if (!Next() || line_ != HeaderLine()) {
      return Damaged("is not \"" + HeaderLine() +
                     "\": it was written by another version, or is no "
                     "copy of a key store");
    }
    const auto generation = ReadGeneration();
    if (!generation) return Forward(generation);
    if (!Next()) return Damaged("is missing");
    for (const Table* table : kTables) {
      if (auto read = ReadTable(*table); !read) return read;
    }
    if (auto ended = CheckEnd(); !ended) return ended;
    const std::int64_t waits_from = ToMilliseconds(now);
    session_ << "UPDATE store_state SET generation = :generation, waits_from = :now",
        soci::use(*generation), soci::use(waits_from);
    return {};
  }

 private:
  // The next line into `line_`; what was there counts as read.
  bool Next() {
    if (number_ > 0) crc_.Add(line_ + '\n');
    ++number_;
    return static_cast<bool>(std::getline(in_, line_));
  }

  [[nodiscard]] Outcome Damaged(const std::string& what) const {
    return Fail(Code::kInvalidArgument, reason::kBadDocument,
                "line " + std::to_string(number_) + " of the copy " + what +
                    "; take another copy, nothing was restored");
  }

  Result<std::int64_t> ReadGeneration() {
    constexpr std::string_view kHead = "generation ";
    std::int64_t generation = -1;
    if (Next() && line_.starts_with(kHead)) {
      const char* const end = line_.data() + line_.size();
      std::from_chars(line_.data() + kHead.size(), end, generation);
    }
    if (generation >= 0 && line_ == GenerationLine(generation)) return generation;
    const auto damaged = Damaged("does not name a generation");
    return Forward(damaged);
  }

  // From its heading, in `line_`, to the line after its rows.
  Outcome ReadTable(const Table& table) {
    if (line_ != TableLine(table)) return Damaged("is not \"" + TableLine(table) + "\"");
    Row row(table);
    while (Next()) {
      auto cells = ParseRow(line_);
      if (!cells) return {};
      if (cells->size() != table.columns.size()) {
        return Damaged("has not as many cells as table " + std::string(table.name) + " columns");
      }
      row.cells() = *std::move(cells);
      ++rows_;
      if (auto added = AddRow(row); !added) return added;
    }
    return {};
  }

  Outcome AddRow(const Row& row) {
    auto added = WithSqlErrors(kAttempt, [&]() -> Outcome {
      if (Add(session_, row)) return {};
      return Damaged("stands there twice");
    });
    // The database knows it for nonsense.
    if (!added && added.error().code == Code::kInternal) {
      return Damaged("is no row of table " + std::string(row.table().name));
    }
    return added;
  }

  Outcome CheckEnd() {
    if (line_ != EndLine(rows_, crc_)) {
      return Damaged("is no end that fits what is before it: the copy was cut or changed");
    }
    if (Next()) return Damaged("stands after the end");
    return {};
  }

  static constexpr std::string_view kAttempt = "restoring the key store";

  soci::session& session_;
  std::istream& in_;
  std::string line_;
  std::size_t number_ = 0;
  Crc32 crc_;
  std::size_t rows_ = 0;
};

Outcome CheckNew(soci::session& session) {
  const auto state = ReadState(session);
  if (!state) return Forward(state);
  bool any = state->generation != 0;
  for (const Table* table : kTables) {
    const auto looked = ForEach(session, *table, {}, [&any](RowReader&) -> Outcome {
      any = true;
      return {};
    });
    if (!looked) return looked;
  }
  if (!any) return {};
  return Fail(Code::kFailedPrecondition, reason::kStoreNotEmpty,
              "the key store holds something already; name a file or database that is new");
}

}  // namespace

std::span<const Table* const> DumpedTables() { return kTables; }

Outcome WriteDump(Database& database, std::ostream& out) {
  const auto version = SchemaVersion(database);
  if (!version) return Forward(version);
  const std::int64_t known = Migrations().back().version;
  if (auto usable = CheckNotTooNew(*version, known); !usable) return usable;
  if (*version < known) {
    return Fail(Code::kInvalidArgument, reason::kBadConfig,
                "there is no key store of this version; start dkimkeeperd once, which makes or "
                "upgrades it");
  }
  return WithSqlErrors("reading the key store", [&]() -> Outcome {
    const Transaction transaction(database, TransactionKind::kRead);
    const auto state = ReadState(database.session());
    if (!state) return Forward(state);
    return Writer(database.session(), out).Write(state->generation);
  });
}

Outcome ReadDump(Database& database, std::istream& in, Timestamp now) {
  return WithSqlErrors("restoring the key store", [&]() -> Outcome {
    Transaction transaction(database, TransactionKind::kUpgrade);
    if (auto fresh = CheckNew(database.session()); !fresh) return fresh;
    if (auto read = Reader(database.session(), in).Read(now); !read) return read;
    // What the database takes may still be nothing that this program ever wrote.
    const auto contents = ReadContents(database.session());
    if (!contents) {
      return Fail(Code::kInvalidArgument, reason::kBadDocument,
                  contents.error().message + " (it came from the copy); nothing was restored");
    }
    transaction.Commit();
    return {};
  });
}

}  // namespace dkimkeeper

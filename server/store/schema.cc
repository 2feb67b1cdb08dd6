#include "server/store/schema.h"

#include <limits>
#include <optional>
#include <string>

#include "proto/reason.h"
#include "server/store/sql_errors.h"
#include "server/store/statements.h"
#include "server/store/tables.h"
#include "server/store/transaction.h"

namespace dkimkeeper {
namespace {

// One step, unless another process has taken it meanwhile.
Outcome Step(Database& database, const Migration& migration) {
  return WithSqlErrors("upgrading the key store", [&]() -> Outcome {
    Transaction transaction(database, TransactionKind::kUpgrade);
    const auto version = SchemaVersion(database);
    if (!version) return Forward(version);
    if (*version >= migration.version) return {};
    for (const std::string_view statement : migration.statements) {
      database.session() << std::string(statement);
    }
    database.session() << "UPDATE store_state SET schema_version = :version",
        soci::use(migration.version);
    transaction.Commit();
    return {};
  });
}

}  // namespace

Result<StoreState> ReadState(soci::session& session) {
  std::optional<StoreState> state;
  const auto read = ForEach(session, tables::kStoreState, {}, [&state](RowReader& row) -> Outcome {
    constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
    state = StoreState{.schema_version = row.Number("schema_version", 0, kHighest),
                       .generation = row.Number("generation", 0, kHighest)};
    if (row.damage()) return tl::unexpected<Error>(*row.damage());
    return {};
  });
  if (!read) return Forward(read);
  if (state) return *state;
  return Fail(Code::kInternal, reason::kStoreDamaged,
              "the key store is damaged: table store_state is empty; restore it from a backup");
}

Result<std::int64_t> SchemaVersion(Database& database) {
  return WithSqlErrors("reading the key store", [&]() -> Result<std::int64_t> {
    if (database.IsEmpty()) return 0;
    if (database.HasTable("store_state")) {
      return ReadState(database.session()).map([](const StoreState& state) {
        return state.schema_version;
      });
    }
    return Fail(Code::kInvalidArgument, reason::kBadConfig,
                "the database of the key store is another program's; name another one");
  });
}

Outcome CheckNotTooNew(std::int64_t found, std::int64_t known) {
  if (found <= known) return {};
  return Fail(Code::kFailedPrecondition, reason::kStoreTooNew,
              "the key store has schema version " + std::to_string(found) +
                  " and this program knows " + std::to_string(known) +
                  "; run the newer program, or restore a backup from before its first start");
}

Outcome Migrate(Database& database, std::span<const Migration> migrations) {
  const auto version = SchemaVersion(database);
  if (!version) return Forward(version);
  if (auto known = CheckNotTooNew(*version, migrations.back().version); !known) return known;
  for (const Migration& migration : migrations) {
    if (migration.version <= *version) continue;
    if (auto done = Step(database, migration); !done) return done;
  }
  return {};
}

}  // namespace dkimkeeper

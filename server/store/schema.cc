#include "server/store/schema.h"

#include <array>
#include <limits>
#include <optional>
#include <string>

#include "proto/reason.h"
#include "server/store/sql_errors.h"
#include "server/store/sqlite.h"
#include "server/store/statements.h"
#include "server/store/tables.h"
#include "server/store/transaction.h"

namespace dkimkeeper {
namespace {

// Types that SQLite and PostgreSQL both take: TEXT, and BIGINT for numbers, flags (0, 1) and times
// (milliseconds since 1970, UTC). Identifiers are hexadecimal and keys base64: there is no column
// type for bytes that both have.
constexpr std::array<std::string_view, 9> kVersion1{
    R"(CREATE TABLE store_state (
         id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
         schema_version BIGINT NOT NULL,
         generation BIGINT NOT NULL))",
    R"(INSERT INTO store_state (id, schema_version, generation) VALUES (1, 0, 0))",
    R"(CREATE TABLE domains (
         domain TEXT NOT NULL PRIMARY KEY,
         allow_underscore BIGINT NOT NULL CHECK (allow_underscore IN (0, 1)),
         fail_policy TEXT NOT NULL CHECK (fail_policy IN ('tempfail', 'unsigned')),
         created_at BIGINT NOT NULL))",
    R"(CREATE TABLE senders (
         domain TEXT NOT NULL REFERENCES domains (domain) ON DELETE CASCADE,
         sender TEXT NOT NULL,
         PRIMARY KEY (domain, sender)))",
    // No reference to domains: the row of a destroyed key outlives its domain.
    R"(CREATE TABLE keys (
         domain TEXT NOT NULL,
         selector TEXT NOT NULL,
         sender TEXT NOT NULL,
         algorithm TEXT NOT NULL,
         rsa_bits BIGINT NOT NULL,
         origin TEXT NOT NULL CHECK (origin IN ('generated', 'imported')),
         key_id TEXT NOT NULL,
         token TEXT NOT NULL,
         public_key TEXT,
         created_at BIGINT NOT NULL,
         published_at BIGINT,
         activated_at BIGINT,
         retired_at BIGINT,
         signs_until BIGINT,
         revoked_at BIGINT,
         destroying_at BIGINT,
         destroyed_at BIGINT,
         quarantined_at BIGINT,
         compromised BIGINT NOT NULL CHECK (compromised IN (0, 1)),
         override_reason TEXT NOT NULL,
         override_by TEXT NOT NULL,
         PRIMARY KEY (domain, selector)))",
    R"(CREATE TABLE key_lacks (
         domain TEXT NOT NULL,
         selector TEXT NOT NULL,
         position BIGINT NOT NULL,
         attribute TEXT NOT NULL,
         PRIMARY KEY (domain, selector, position),
         FOREIGN KEY (domain, selector) REFERENCES keys (domain, selector) ON DELETE CASCADE))",
    R"(CREATE TABLE grants (
         identity TEXT NOT NULL,
         verb TEXT NOT NULL,
         domain TEXT NOT NULL,
         sender TEXT NOT NULL,
         PRIMARY KEY (identity, verb, domain, sender)))",
    R"(CREATE TABLE requests (
         caller TEXT NOT NULL,
         request_id TEXT NOT NULL,
         fingerprint TEXT NOT NULL,
         subject TEXT NOT NULL,
         recorded_at BIGINT NOT NULL,
         PRIMARY KEY (caller, request_id)))",
    R"(CREATE INDEX requests_by_time ON requests (recorded_at))",
};

// Several tokens: where new keys are made, and what is remembered of each token. No choice is the
// empty name.
constexpr std::array<std::string_view, 5> kVersion2{
    R"(ALTER TABLE domains ADD COLUMN token TEXT NOT NULL DEFAULT '')",
    R"(ALTER TABLE domains ADD COLUMN standby_token TEXT NOT NULL DEFAULT '')",
    R"(ALTER TABLE senders ADD COLUMN token TEXT NOT NULL DEFAULT '')",
    R"(ALTER TABLE senders ADD COLUMN standby_token TEXT NOT NULL DEFAULT '')",
    R"(CREATE TABLE tokens (
         name TEXT NOT NULL PRIMARY KEY,
         backed_up_at BIGINT,
         compromised_at BIGINT))",
};

constexpr std::array<Migration, 2> kMigrations{Migration{1, kVersion1}, Migration{2, kVersion2}};

// One step, unless another process has taken it meanwhile.
Outcome Step(soci::session& session, const Migration& migration) {
  return WithSqlErrors("upgrading the key store", [&]() -> Outcome {
    Transaction transaction(session, TransactionKind::kWrite);
    const auto version = SchemaVersion(session);
    if (!version) return Forward(version);
    if (*version >= migration.version) return {};
    for (const std::string_view statement : migration.statements) {
      session << std::string(statement);
    }
    session << "UPDATE store_state SET schema_version = :version", soci::use(migration.version);
    transaction.Commit();
    return {};
  });
}

}  // namespace

std::span<const Migration> Migrations() { return kMigrations; }

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

Result<std::int64_t> SchemaVersion(soci::session& session) {
  return WithSqlErrors("reading the key store", [&]() -> Result<std::int64_t> {
    if (IsEmptyDatabase(session)) return 0;
    if (HasTable(session, "store_state")) {
      return ReadState(session).map([](const StoreState& state) { return state.schema_version; });
    }
    return Fail(Code::kInvalidArgument, reason::kBadConfig,
                "the file of the key store is another program's database; name another file");
  });
}

Outcome CheckNotTooNew(std::int64_t found, std::int64_t known) {
  if (found <= known) return {};
  return Fail(Code::kFailedPrecondition, reason::kStoreTooNew,
              "the key store has schema version " + std::to_string(found) +
                  " and this program knows " + std::to_string(known) +
                  "; run the newer program, or restore a backup from before its first start");
}

Outcome Migrate(soci::session& session, std::span<const Migration> migrations) {
  const auto version = SchemaVersion(session);
  if (!version) return Forward(version);
  if (auto known = CheckNotTooNew(*version, migrations.back().version); !known) return known;
  for (const Migration& migration : migrations) {
    if (migration.version <= *version) continue;
    if (auto done = Step(session, migration); !done) return done;
  }
  return {};
}

}  // namespace dkimkeeper

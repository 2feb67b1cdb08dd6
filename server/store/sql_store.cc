#include "server/store/sql_store.h"

#include <soci/soci.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

#include "proto/reason.h"
#include "server/store/change_writer.h"
#include "server/store/contents_reader.h"
#include "server/store/daemon_rows.h"
#include "server/store/dump.h"
#include "server/store/postgresql.h"
#include "server/store/schema.h"
#include "server/store/sql_errors.h"
#include "server/store/sqlite.h"
#include "server/store/statements.h"
#include "server/store/transaction.h"

namespace dkimkeeper {
namespace {

// Of a transaction that others thwart. Each time one of them came through.
constexpr int kAttempts = 20;

std::int64_t KnownVersion() { return Migrations().back().version; }

tl::unexpected<Error> ChangedSinceRead(std::string what) {
  return Fail(Code::kAborted, reason::kChangedSinceRead,
              std::move(what) + "; read it and try again");
}

class SqlStore final : public KeyStore {
 public:
  explicit SqlStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  Result<Contents> Load() override;
  Result<std::uint64_t> Generation() override;
  Result<std::uint64_t> Commit(std::uint64_t expected_generation,
                               const std::vector<Change>& changes,
                               const std::optional<RequestEntry>& request,
                               Timestamp forget_before) override;
  Result<std::optional<RequestEntry>> FindRequest(const RequestKey& key) override;
  Result<Lease> TakeLease(const std::string& holder, Timestamp now,
                          std::chrono::milliseconds duration, bool watched) override;
  Result<std::vector<DaemonBeat>> Beat(const DaemonBeat& own, Timestamp forget_before) override;
  Result<std::vector<AgentAcknowledgement>> Acknowledge(
      const std::vector<AgentAcknowledgement>& heard, Timestamp forget_before) override;
  Outcome PutCheck(const KeyId& key, const StoredCheck& check) override;
  Result<std::optional<StoredCheck>> FindCheck(const KeyId& key) override;
  Result<StoredCheckpoint> PutCheckpoint(const std::string& origin,
                                         const StoredCheckpoint& checkpoint) override;
  Result<std::map<std::string, StoredCheckpoint>> Checkpoints() override;

 private:
  // Runs `act`, which takes the generation, in a transaction of its own. What it wrote is committed
  // where it succeeds.
  template <typename Act>
  auto Run(TransactionKind kind, const Act& act) -> decltype(act(std::uint64_t{}));

  // The generation, once it is sure that this program may use the store: another one may have moved
  // the file or upgraded its schema at any time. Throws soci_error.
  Result<std::uint64_t> CheckedGeneration();
  // The row with that primary key, if there is one. Throws soci_error.
  template <typename T>
  Result<std::optional<T>> FindOne(const Table& table, KeyPrefix key,
                                   Result<T> (*read)(RowReader&));
  // All rows, in the order of the database. Throws soci_error.
  template <typename T>
  Result<std::vector<T>> FindAll(const Table& table, Result<T> (*read)(RowReader&));
  // The compare-and-set that orders all writers. Throws soci_error.
  Outcome AdvanceGeneration(std::uint64_t expected);
  // Forgets old requests and records this one. Throws soci_error.
  Outcome WriteRequest(const std::optional<RequestEntry>& request, Timestamp forget_before);

  [[nodiscard]] soci::session& Session() { return database_->session(); }

  std::mutex mutex_;
  const std::unique_ptr<Database> database_;  // guarded by mutex_
};

Result<std::uint64_t> SqlStore::CheckedGeneration() {
  if (auto in_place = database_->CheckInPlace(); !in_place) return Forward(in_place);
  const auto state = ReadState(Session());
  if (!state) return Forward(state);
  if (auto known = CheckNotTooNew(state->schema_version, KnownVersion()); !known) {
    return Forward(known);
  }
  if (state->schema_version < KnownVersion()) {
    return Fail(Code::kUnavailable, reason::kStoreAway,
                "the key store was replaced by one of an older schema; restart to upgrade it");
  }
  return static_cast<std::uint64_t>(state->generation);
}

template <typename Act>
auto SqlStore::Run(TransactionKind kind, const Act& act) -> decltype(act(std::uint64_t{})) {
  const std::lock_guard lock(mutex_);
  const bool writes = kind == TransactionKind::kWrite;
  for (int attempt = 1;; ++attempt) {
    try {
      Transaction transaction(*database_, kind);
      const auto generation = CheckedGeneration();
      if (!generation) return Forward(generation);
      auto result = act(*generation);
      if (writes && result) transaction.Commit();
      return result;
    } catch (const std::exception& exception) {
      if (IsConflict(exception) && attempt < kAttempts) continue;
      return tl::unexpected<Error>(
          SqlError(exception, writes ? "writing the key store" : "reading the key store"));
    }
  }
}

Result<Contents> SqlStore::Load() {
  return Run(TransactionKind::kRead, [&](std::uint64_t generation) {
    auto contents = ReadContents(Session());
    if (contents) contents->generation = generation;
    return contents;
  });
}

Result<std::uint64_t> SqlStore::Generation() {
  return Run(TransactionKind::kRead,
             [](std::uint64_t generation) -> Result<std::uint64_t> { return generation; });
}

Outcome SqlStore::AdvanceGeneration(std::uint64_t expected) {
  const auto generation = static_cast<std::int64_t>(expected);
  soci::statement statement =
      (Session().prepare << "UPDATE store_state SET generation = generation + 1"
                            " WHERE generation = :expected",
       soci::use(generation));
  statement.execute(true);
  if (statement.get_affected_rows() == 1) return {};
  return ChangedSinceRead("the key store was changed meanwhile");
}

Outcome SqlStore::WriteRequest(const std::optional<RequestEntry>& request,
                               Timestamp forget_before) {
  const std::int64_t limit = ToMilliseconds(forget_before);
  Session() << "DELETE FROM requests WHERE recorded_at < :oldest", soci::use(limit);
  if (request && !Add(Session(), RowOf(*request))) {
    return ChangedSinceRead("a change with the same request id was stored meanwhile");
  }
  return {};
}

Result<std::uint64_t> SqlStore::Commit(std::uint64_t expected_generation,
                                       const std::vector<Change>& changes,
                                       const std::optional<RequestEntry>& request,
                                       Timestamp forget_before) {
  return Run(TransactionKind::kWrite, [&](std::uint64_t) -> Result<std::uint64_t> {
    if (auto ours = AdvanceGeneration(expected_generation); !ours) return Forward(ours);
    for (const Change& change : changes) {
      if (auto written = WriteChange(Session(), change); !written) return Forward(written);
    }
    if (auto written = WriteRequest(request, forget_before); !written) return Forward(written);
    return expected_generation + 1;
  });
}

template <typename T>
Result<std::optional<T>> SqlStore::FindOne(const Table& table, KeyPrefix key,
                                           Result<T> (*read)(RowReader&)) {
  std::optional<T> found;
  const auto visited = ForEach(Session(), table, key, [&](RowReader& row) -> Outcome {
    auto value = read(row);
    if (!value) return Forward(value);
    found = *std::move(value);
    return {};
  });
  if (!visited) return Forward(visited);
  return found;
}

Result<std::optional<RequestEntry>> SqlStore::FindRequest(const RequestKey& key) {
  return Run(TransactionKind::kRead, [&](std::uint64_t) {
    return FindOne(tables::kRequests, {key.caller, key.id}, ReadRequest);
  });
}

Result<Lease> SqlStore::TakeLease(const std::string& holder, Timestamp now,
                                  std::chrono::milliseconds duration, bool watched) {
  return Run(TransactionKind::kWrite, [&](std::uint64_t) -> Result<Lease> {
    const auto last = FindOne(tables::kLease, {"1"}, ReadLease);
    if (!last) return Forward(last);
    const Lease before = last->value_or(Lease{});
    const bool own = before.holder == holder && before.fence != 0;
    if (!own && before.fence != 0 && now < before.until) {
      return Fail(Code::kAborted, reason::kLeaseHeld,
                  "the executor runs in daemon " + before.holder + "; ask again later");
    }
    Lease lease{holder, before.fence + (own ? 0U : 1U), now + duration, before.watched_before};
    Put(Session(), RowOf(lease, watched ? std::optional(now) : before.watched_before));
    return lease;
  });
}

template <typename T>
Result<std::vector<T>> SqlStore::FindAll(const Table& table, Result<T> (*read)(RowReader&)) {
  std::vector<T> found;
  const auto visited = ForEach(Session(), table, {}, [&](RowReader& row) -> Outcome {
    auto value = read(row);
    if (!value) return Forward(value);
    found.push_back(*std::move(value));
    return {};
  });
  if (!visited) return Forward(visited);
  return found;
}

Result<std::vector<DaemonBeat>> SqlStore::Beat(const DaemonBeat& own, Timestamp forget_before) {
  return Run(TransactionKind::kWrite, [&](std::uint64_t) {
    const std::int64_t limit = ToMilliseconds(forget_before);
    Session() << "DELETE FROM daemons WHERE heard_at < :oldest", soci::use(limit);
    Put(Session(), RowOf(own));
    auto alive = FindAll(tables::kDaemons, ReadBeat);
    // The order of the database may be a language's.
    if (alive) std::ranges::sort(*alive, {}, &DaemonBeat::name);
    return alive;
  });
}

Result<std::vector<AgentAcknowledgement>> SqlStore::Acknowledge(
    const std::vector<AgentAcknowledgement>& heard, Timestamp forget_before) {
  // Asked each second; there is seldom something to write.
  const auto kind = heard.empty() ? TransactionKind::kRead : TransactionKind::kWrite;
  return Run(kind, [&](std::uint64_t) {
    if (!heard.empty()) {
      const std::int64_t limit = ToMilliseconds(forget_before);
      Session() << "DELETE FROM agent_acknowledgements WHERE seen_at < :oldest", soci::use(limit);
    }
    for (const AgentAcknowledgement& agent : heard) Put(Session(), RowOf(agent));
    auto all = FindAll(tables::kAgents, ReadAcknowledgement);
    if (all) std::ranges::sort(*all, {}, &AgentAcknowledgement::identity);
    return all;
  });
}

Outcome SqlStore::PutCheck(const KeyId& key, const StoredCheck& check) {
  return Run(TransactionKind::kWrite, [&](std::uint64_t) -> Outcome {
    Put(Session(), RowOf(key, check));
    return {};
  });
}

Result<std::optional<StoredCheck>> SqlStore::FindCheck(const KeyId& key) {
  return Run(TransactionKind::kRead,
             [&](std::uint64_t) { return FindOne(tables::kChecks, {key.ToHex()}, ReadCheck); });
}

Result<StoredCheckpoint> SqlStore::PutCheckpoint(const std::string& origin,
                                                 const StoredCheckpoint& checkpoint) {
  return Run(TransactionKind::kWrite, [&](std::uint64_t) -> Result<StoredCheckpoint> {
    auto stored = FindOne(tables::kCheckpoints, {origin}, ReadCheckpoint);
    if (!stored) return Forward(stored);
    if (*stored && (*stored)->second.size > checkpoint.size) return (*stored)->second;
    Put(Session(), RowOf(origin, checkpoint));
    return checkpoint;
  });
}

Result<std::map<std::string, StoredCheckpoint>> SqlStore::Checkpoints() {
  using ByOrigin = std::map<std::string, StoredCheckpoint>;
  return Run(TransactionKind::kRead, [&](std::uint64_t) -> Result<ByOrigin> {
    const auto all = FindAll(tables::kCheckpoints, ReadCheckpoint);
    if (!all) return Forward(all);
    return ByOrigin(all->begin(), all->end());
  });
}

Result<std::unique_ptr<Database>> OpenDatabase(const SqlStoreOptions& options) {
  if (options.postgresql.empty()) return OpenSqlite(options.file, options.busy_timeout);
  return OpenPostgresql({options.postgresql, options.password_file, options.busy_timeout});
}

Result<std::unique_ptr<Database>> OpenUpgraded(const SqlStoreOptions& options) {
  auto database = OpenDatabase(options);
  if (!database) return database;
  // Before anything is written: not even a setting may touch a newer program's store.
  const auto version = SchemaVersion(**database);
  if (!version) return Forward(version);
  if (auto known = CheckNotTooNew(*version, KnownVersion()); !known) return Forward(known);
  auto durable = WithSqlErrors("opening the key store", [&] { return (*database)->MakeDurable(); });
  if (!durable) return Forward(durable);
  if (auto migrated = Migrate(**database, Migrations()); !migrated) return Forward(migrated);
  return database;
}

}  // namespace

Result<std::unique_ptr<KeyStore>> OpenSqlStore(const SqlStoreOptions& options) {
  auto database = OpenUpgraded(options);
  if (!database) return Forward(database);
  return std::make_unique<SqlStore>(*std::move(database));
}

Outcome BackUp(const SqlStoreOptions& options, std::ostream& out) {
  std::error_code none;
  if (options.postgresql.empty() && !std::filesystem::exists(options.file, none)) {
    return Fail(Code::kInvalidArgument, reason::kBadConfig,
                "there is no key store " + options.file.string() + "; name the one to copy");
  }
  const auto database = OpenDatabase(options);
  if (!database) return Forward(database);
  return WriteDump(**database, out);
}

Outcome Restore(const SqlStoreOptions& options, std::istream& in, Timestamp now) {
  const auto database = OpenUpgraded(options);
  if (!database) return Forward(database);
  return ReadDump(**database, in, now);
}

}  // namespace dkimkeeper

#include "server/store/sql_store.h"

#include <soci/soci.h>

#include <cstdint>
#include <mutex>
#include <utility>

#include "proto/reason.h"
#include "server/store/change_writer.h"
#include "server/store/contents_reader.h"
#include "server/store/rows.h"
#include "server/store/schema.h"
#include "server/store/sql_errors.h"
#include "server/store/sqlite.h"
#include "server/store/statements.h"
#include "server/store/transaction.h"

namespace dkimkeeper {
namespace {

std::int64_t KnownVersion() { return Migrations().back().version; }

tl::unexpected<Error> ChangedSinceRead(std::string what) {
  return Fail(Code::kAborted, reason::kChangedSinceRead,
              std::move(what) + "; read it and try again");
}

class SqlStore final : public KeyStore {
 public:
  explicit SqlStore(std::unique_ptr<soci::session> session) : session_(std::move(session)) {}

  Result<Contents> Load() override;
  Result<std::uint64_t> Generation() override;
  Result<std::uint64_t> Commit(std::uint64_t expected_generation,
                               const std::vector<Change>& changes,
                               const std::optional<RequestEntry>& request,
                               Timestamp forget_before) override;
  Result<std::optional<RequestEntry>> FindRequest(const RequestKey& key) override;
  Result<Lease> TakeLease(const std::string& holder, Timestamp now,
                          std::chrono::milliseconds duration) override;
  Result<std::vector<DaemonBeat>> Beat(const DaemonBeat& own, Timestamp forget_before) override;
  Outcome PutCheck(const KeyId& key, const StoredCheck& check) override;
  Result<std::optional<StoredCheck>> FindCheck(const KeyId& key) override;

 private:
  // The generation, once it is sure that this program may use the store: another one may have moved
  // the file or upgraded its schema at any time. Throws soci_error.
  Result<std::uint64_t> CheckedGeneration();
  // The compare-and-set that orders all writers. Throws soci_error.
  Outcome AdvanceGeneration(std::uint64_t expected);
  // Forgets old requests and records this one. Throws soci_error.
  Outcome WriteRequest(const std::optional<RequestEntry>& request, Timestamp forget_before);

  std::mutex mutex_;
  const std::unique_ptr<soci::session> session_;  // guarded by mutex_
};

Result<std::uint64_t> SqlStore::CheckedGeneration() {
  if (HasMoved(*session_)) {
    return Fail(Code::kUnavailable, reason::kStoreAway,
                "the key store's file was moved or removed while in use; put it back, or restart "
                "with another");
  }
  const auto state = ReadState(*session_);
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

Result<Contents> SqlStore::Load() {
  const std::lock_guard lock(mutex_);
  return WithSqlErrors("reading the key store", [&]() -> Result<Contents> {
    const Transaction transaction(*session_, TransactionKind::kRead);
    const auto generation = CheckedGeneration();
    if (!generation) return Forward(generation);
    auto contents = ReadContents(*session_);
    if (contents) contents->generation = *generation;
    return contents;
  });
}

Result<std::uint64_t> SqlStore::Generation() {
  const std::lock_guard lock(mutex_);
  return WithSqlErrors("reading the key store", [&] { return CheckedGeneration(); });
}

Outcome SqlStore::AdvanceGeneration(std::uint64_t expected) {
  const auto generation = static_cast<std::int64_t>(expected);
  soci::statement statement =
      (session_->prepare << "UPDATE store_state SET generation = generation + 1"
                            " WHERE generation = :expected",
       soci::use(generation));
  statement.execute(true);
  if (statement.get_affected_rows() == 1) return {};
  return ChangedSinceRead("the key store was changed meanwhile");
}

Outcome SqlStore::WriteRequest(const std::optional<RequestEntry>& request,
                               Timestamp forget_before) {
  const std::int64_t limit = ToMilliseconds(forget_before);
  *session_ << "DELETE FROM requests WHERE recorded_at < :oldest", soci::use(limit);
  if (request && !Add(*session_, RowOf(*request))) {
    return ChangedSinceRead("a change with the same request id was stored meanwhile");
  }
  return {};
}

Result<std::uint64_t> SqlStore::Commit(std::uint64_t expected_generation,
                                       const std::vector<Change>& changes,
                                       const std::optional<RequestEntry>& request,
                                       Timestamp forget_before) {
  const std::lock_guard lock(mutex_);
  return WithSqlErrors("writing the key store", [&]() -> Result<std::uint64_t> {
    Transaction transaction(*session_, TransactionKind::kWrite);
    if (const auto usable = CheckedGeneration(); !usable) return Forward(usable);
    if (auto ours = AdvanceGeneration(expected_generation); !ours) return Forward(ours);
    for (const Change& change : changes) WriteChange(*session_, change);
    if (auto written = WriteRequest(request, forget_before); !written) return Forward(written);
    transaction.Commit();
    return expected_generation + 1;
  });
}

Result<std::optional<RequestEntry>> SqlStore::FindRequest(const RequestKey& key) {
  const std::lock_guard lock(mutex_);
  return WithSqlErrors("reading the key store", [&]() -> Result<std::optional<RequestEntry>> {
    const Transaction transaction(*session_, TransactionKind::kRead);
    if (const auto generation = CheckedGeneration(); !generation) return Forward(generation);
    std::optional<RequestEntry> found;
    const auto read =
        ForEach(*session_, tables::kRequests, {key.caller, key.id}, [&](RowReader& row) -> Outcome {
          auto request = ReadRequest(row);
          if (!request) return Forward(request);
          found = *std::move(request);
          return {};
        });
    if (!read) return Forward(read);
    return found;
  });
}

// Until there are tables for them: one daemon a store, which remembers no checks.
Result<Lease> SqlStore::TakeLease(const std::string& holder, Timestamp now,
                                  std::chrono::milliseconds duration) {
  return Lease{holder, 1, now + duration, {}};
}

Result<std::vector<DaemonBeat>> SqlStore::Beat(const DaemonBeat& own, Timestamp /*forget_before*/) {
  return std::vector{own};
}

Outcome SqlStore::PutCheck(const KeyId& /*key*/, const StoredCheck& /*check*/) { return {}; }

Result<std::optional<StoredCheck>> SqlStore::FindCheck(const KeyId& /*key*/) {
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<KeyStore>> OpenSqlStore(const SqlStoreOptions& options) {
  auto session = OpenSqlite(options.file, options.busy_timeout);
  if (!session) return Forward(session);
  // Before anything is written: not even a setting may touch a newer program's store.
  const auto version = SchemaVersion(**session);
  if (!version) return Forward(version);
  if (auto known = CheckNotTooNew(*version, KnownVersion()); !known) return Forward(known);
  if (auto durable = MakeDurable(**session); !durable) return Forward(durable);
  if (auto migrated = Migrate(**session, Migrations()); !migrated) return Forward(migrated);
  return std::make_unique<SqlStore>(*std::move(session));
}

}  // namespace dkimkeeper

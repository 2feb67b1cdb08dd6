#include "server/store/sql_approvals.h"

#include <soci/soci.h>

#include <algorithm>
#include <mutex>
#include <tuple>
#include <utility>

#include "proto/approval_reason.h"
#include "server/store/approval_rows.h"
#include "server/store/migrations.h"
#include "server/store/postgresql.h"
#include "server/store/schema.h"
#include "server/store/sql_errors.h"
#include "server/store/sqlite.h"
#include "server/store/statements.h"
#include "server/store/transaction.h"

namespace dkimkeeper {
namespace {

// Of a transaction that others thwart, as in sql_store.cc.
constexpr int kAttempts = 20;

tl::unexpected<Error> Unknown(const std::string& id) {
  return Fail(Code::kNotFound, reason::kApprovalUnknown,
              "no approval " + id + "; `dkimkeeper approval list` shows what there is");
}

class SqlApprovals final : public ApprovalStore {
 public:
  explicit SqlApprovals(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  Result<ApprovalRule> Rule() override;
  Outcome SetRule(const ApprovalRule& rule) override;
  Result<Approval> Add(const Approval& approval, Timestamp forget_before) override;
  Result<std::optional<Approval>> Find(const std::string& id) override;
  Result<std::vector<Approval>> List() override;
  Outcome Decide(const std::string& id, const ApprovalDecision& decision) override;
  Outcome Conclude(const std::string& id, const std::string& outcome) override;

 private:
  // Runs `act` in a transaction of its own; what it wrote is committed where it succeeds.
  template <typename Act>
  auto Run(TransactionKind kind, const Act& act) -> decltype(act());
  // Both throw soci_error.
  Result<std::vector<Approval>> Read(KeyPrefix key);
  Result<Approval> ReadOne(const std::string& id);

  [[nodiscard]] soci::session& Session() { return database_->session(); }

  std::mutex mutex_;
  const std::unique_ptr<Database> database_;  // guarded by mutex_
};

template <typename Act>
auto SqlApprovals::Run(TransactionKind kind, const Act& act) -> decltype(act()) {
  const std::lock_guard lock(mutex_);
  for (int attempt = 1;; ++attempt) {
    try {
      Transaction transaction(*database_, kind);
      if (auto in_place = database_->CheckInPlace(); !in_place) return Forward(in_place);
      const auto state = ReadState(Session());
      if (!state) return Forward(state);
      if (auto known = CheckNotTooNew(state->schema_version, Migrations().back().version); !known) {
        return Forward(known);
      }
      auto result = act();
      if (kind == TransactionKind::kWrite && result) transaction.Commit();
      return result;
    } catch (const std::exception& exception) {
      if (IsConflict(exception) && attempt < kAttempts) continue;
      return tl::unexpected<Error>(SqlError(exception, "asking the key store about approvals"));
    }
  }
}

Result<std::vector<Approval>> SqlApprovals::Read(KeyPrefix key) {
  std::vector<Approval> found;
  const auto visited = ForEach(Session(), tables::kApprovals, key, [&](RowReader& row) -> Outcome {
    auto approval = ReadApproval(row);
    if (!approval) return Forward(approval);
    found.push_back(*std::move(approval));
    return {};
  });
  if (!visited) return Forward(visited);
  return found;
}

Result<Approval> SqlApprovals::ReadOne(const std::string& id) {
  auto found = Read({id});
  if (!found) return Forward(found);
  if (found->empty()) return Unknown(id);
  return std::move(found->front());
}

Result<ApprovalRule> SqlApprovals::Rule() {
  return Run(TransactionKind::kRead, [&]() -> Result<ApprovalRule> {
    ApprovalRule rule;
    const auto visited =
        ForEach(Session(), tables::kApprovalRule, {}, [&](RowReader& row) -> Outcome {
          const auto act = ReadAct(row);
          if (!act) return Forward(act);
          rule.insert(*act);
          return {};
        });
    if (!visited) return Forward(visited);
    return rule;
  });
}

Outcome SqlApprovals::SetRule(const ApprovalRule& rule) {
  return Run(TransactionKind::kWrite, [&]() -> Outcome {
    Remove(Session(), tables::kApprovalRule, {});
    for (const GuardedAct act : rule) Put(Session(), RowOf(act));
    return {};
  });
}

Result<Approval> SqlApprovals::Add(const Approval& approval, Timestamp forget_before) {
  return Run(TransactionKind::kWrite, [&]() -> Result<Approval> {
    const std::int64_t limit = ToMilliseconds(forget_before);
    Session() << "DELETE FROM approval_requests WHERE expires_at < :oldest", soci::use(limit);
    const auto all = Read({});
    if (!all) return Forward(all);
    const auto same = std::ranges::find(*all, approval.id, &Approval::id);
    if (same != all->end()) return *same;
    const auto room = CheckRoom(*all, approval.requester, approval.requested_at);
    if (!room) return Forward(room);
    Put(Session(), RowOf(approval));
    return approval;
  });
}

Result<std::optional<Approval>> SqlApprovals::Find(const std::string& id) {
  return Run(TransactionKind::kRead, [&]() -> Result<std::optional<Approval>> {
    auto found = Read({id});
    if (!found) return Forward(found);
    if (found->empty()) return std::nullopt;
    return std::move(found->front());
  });
}

Result<std::vector<Approval>> SqlApprovals::List() {
  auto all = Run(TransactionKind::kRead, [&] { return Read({}); });
  const auto newer = [](const Approval& a, const Approval& b) {
    return std::tie(b.requested_at, a.id) < std::tie(a.requested_at, b.id);
  };
  if (all) std::ranges::sort(*all, newer);
  return all;
}

Outcome SqlApprovals::Decide(const std::string& id, const ApprovalDecision& decision) {
  return Run(TransactionKind::kWrite, [&]() -> Outcome {
    auto approval = ReadOne(id);
    if (!approval) return Forward(approval);
    if (auto pending = CheckPending(*approval, decision.at); !pending) return pending;
    approval->decision = decision;
    Put(Session(), RowOf(*approval));
    return {};
  });
}

Outcome SqlApprovals::Conclude(const std::string& id, const std::string& outcome) {
  return Run(TransactionKind::kWrite, [&]() -> Outcome {
    auto approval = ReadOne(id);
    if (!approval) return Forward(approval);
    if (!approval->decision) return Unknown(id);
    approval->decision->outcome = outcome;
    Put(Session(), RowOf(*approval));
    return {};
  });
}

}  // namespace

Result<std::unique_ptr<ApprovalStore>> OpenSqlApprovals(const SqlStoreOptions& options) {
  auto database =
      options.postgresql.empty()
          ? OpenSqlite(options.file, options.busy_timeout)
          : OpenPostgresql({options.postgresql, options.password_file, options.busy_timeout});
  if (!database) return Forward(database);
  auto durable = WithSqlErrors("opening the key store", [&] { return (*database)->MakeDurable(); });
  if (!durable) return Forward(durable);
  return std::make_unique<SqlApprovals>(*std::move(database));
}

}  // namespace dkimkeeper

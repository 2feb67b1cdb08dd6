#include "server/store/approval_rows.h"

#include <utility>

#include "proto/dkim/hex.h"
#include "server/store/row_values.h"

namespace dkimkeeper {
namespace {

using namespace row_values;

auto ActIn(RowReader& row) { return row.Value("act", ParseAct, ActName); }

auto PersonIn(RowReader& row, std::string_view column) {
  return row.Value(column, Identity::Parse, StrOf<Identity>);
}

Result<std::optional<ApprovalDecision>> ReadDecision(RowReader& row) {
  if (row.IsNull("approved")) return std::nullopt;
  const auto by = PersonIn(row, "decided_by");
  if (!by) return Forward(by);
  return ApprovalDecision{.by = *by,
                          .at = row.Time("decided_at"),
                          .approved = row.Flag("approved"),
                          .outcome = row.Text("outcome")};
}

}  // namespace

Row RowOf(const Approval& approval) {
  Row row(tables::kApprovals);
  row.Set("id", approval.id);
  row.Set("act", ActName(approval.act));
  row.Set("method", approval.method);
  row.Set("parameters", EncodeHex(approval.parameters));
  row.Set("domain", approval.domain);
  row.Set("sender", approval.sender);
  row.Set("requester", approval.requester.str());
  row.Set("address", approval.address);
  row.Set("requested_at", approval.requested_at);
  row.Set("expires_at", approval.expires_at);
  row.Set("outcome", "");
  if (const auto& decision = approval.decision) {
    row.Set("approved", std::int64_t{decision->approved ? 1 : 0});
    row.Set("decided_by", decision->by.str());
    row.Set("decided_at", decision->at);
    row.Set("outcome", decision->outcome);
  }
  return row;
}

Row RowOf(GuardedAct act) {
  Row row(tables::kApprovalRule);
  row.Set("act", ActName(act));
  return row;
}

Result<Approval> ReadApproval(RowReader& row) {
  const auto act = ActIn(row);
  const auto requester = PersonIn(row, "requester");
  const auto parameters = row.Value("parameters", DecodeHex, EncodeHex);
  auto decision = ReadDecision(row);
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  Approval approval{.id = row.Text("id"),
                    .act = *act,
                    .method = row.Text("method"),
                    .parameters = *parameters,
                    .domain = row.Text("domain"),
                    .sender = row.Text("sender"),
                    .requester = *requester,
                    .address = row.Text("address"),
                    .requested_at = row.Time("requested_at"),
                    .expires_at = row.Time("expires_at"),
                    .decision = *std::move(decision)};
  return Unless(row.damage(), std::move(approval));
}

Result<GuardedAct> ReadAct(RowReader& row) {
  const auto act = ActIn(row);
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  return *act;
}

}  // namespace dkimkeeper

#include "client/cli/approval_views.h"

#include <utility>
#include <vector>

#include "client/cli/table.h"
#include "client/cli/time_text.h"

namespace dkimkeeper {
namespace {

std::string NameOf(v1::ApprovalState state) {
  switch (state) {
    case v1::APPROVAL_STATE_PENDING:
      return "pending";
    case v1::APPROVAL_STATE_APPROVED:
      return "approved";
    case v1::APPROVAL_STATE_REFUSED:
      return "refused";
    case v1::APPROVAL_STATE_EXPIRED:
      return "expired";
    default:
      return "unknown";
  }
}

std::string PlaceOf(const v1::Approval& approval) {
  return approval.domain() == "*" ? "*" : approval.domain() + "/" + approval.sender();
}

// `text` printable, its lines behind each other.
std::string OnOneLine(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return Printable(text);
}

}  // namespace

Json ToJson(const v1::Approval& approval) {
  const auto known = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  return {{"id", approval.id()},
          {"act", approval.act()},
          {"method", approval.method()},
          {"parameters", approval.parameters()},
          {"domain", approval.domain()},
          {"sender", approval.sender()},
          {"requester", approval.requester()},
          {"requested_at_ms", TimeToJson(approval.requested_at_ms())},
          {"expires_at_ms", TimeToJson(approval.expires_at_ms())},
          {"state", NameOf(approval.state())},
          {"decided_by", known(approval.decided_by())},
          {"decided_at_ms", TimeToJson(approval.decided_at_ms())},
          {"outcome", known(approval.outcome())},
          {"seen", known(approval.seen())}};
}

Json ToJson(const v1::ListApprovalsResponse& approvals) {
  Json list = Json::array();
  for (const v1::Approval& each : approvals.approvals()) list.push_back(ToJson(each));
  return {{"approvals", std::move(list)}};
}

Json ToJson(const v1::Rule& rule) {
  Json acts = Json::array();
  for (const std::string& act : rule.acts()) acts.push_back(act);
  return {{"acts", acts}, {"break_glass", rule.break_glass()}};
}

std::string ShowApprovals(const v1::ListApprovalsResponse& approvals, std::int64_t now_ms) {
  std::vector<TableRow> rows;
  for (const v1::Approval& each : approvals.approvals()) {
    rows.push_back({each.id(), each.act(), PlaceOf(each), each.requester(), NameOf(each.state()),
                    TimeText(each.expires_at_ms(), now_ms)});
  }
  return RenderTable({"APPROVAL", "ACT", "WHERE", "ASKED BY", "STATE", "UNTIL"}, rows);
}

std::string ShowApproval(const v1::Approval& approval, std::int64_t now_ms) {
  std::string text = RenderFields({{"approval", approval.id()},
                                   {"act", approval.act()},
                                   {"call", approval.method()},
                                   {"parameters", OnOneLine(approval.parameters())},
                                   {"where", PlaceOf(approval)},
                                   {"asked by", approval.requester()},
                                   {"asked", TimeText(approval.requested_at_ms(), now_ms)},
                                   {"until", TimeText(approval.expires_at_ms(), now_ms)},
                                   {"state", NameOf(approval.state())},
                                   {"decided by", approval.decided_by()},
                                   {"decided", TimeText(approval.decided_at_ms(), now_ms)},
                                   {"outcome", approval.outcome()},
                                   {"seen", approval.seen()}});
  if (!approval.seen().empty()) {
    text += "\nAnother administrator than " + Printable(approval.requester()) +
            " approves it as it is now:\n  dkimkeeper approval approve " + approval.id() + " " +
            approval.seen() + "\n";
  }
  return text;
}

std::string ShowRule(const v1::Rule& rule) {
  std::string acts;
  for (const std::string& act : rule.acts()) acts += (acts.empty() ? "" : ", ") + act;
  return RenderFields(
      {{"needs two administrators", acts.empty() ? "nothing" : acts},
       {"break glass", rule.break_glass() ? "yes: this daemon sets the rule aside" : ""}});
}

}  // namespace dkimkeeper

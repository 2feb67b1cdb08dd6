#include "server/rpc/approval_gate.h"

#include <utility>

#include "proto/approval_reason.h"
#include "server/access/grant_limits.h"
#include "server/rpc/guarded_call.h"
#include "server/rpc/mutation.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kIdDigits = 20;

tl::unexpected<Error> Required(const Approval& approval) {
  const std::string where =
      approval.domain == "*" ? "everything" : approval.domain + "/" + approval.sender;
  return Fail(Code::kFailedPrecondition, reason::kApprovalRequired,
              std::string(ActName(approval.act)) +
                  " needs two administrators, and nothing was done yet; another one who may " +
                  std::string(VerbName(VerbFor(approval.act))) + " " + where +
                  " looks at it with `dkimkeeper approval show " + approval.id +
                  "` and approves it until " + UtcText(approval.expires_at));
}

}  // namespace

Subject SubjectOf(const Approval& approval) {
  return {.domain = approval.domain,
          .sender = approval.sender,
          .selector = {},
          .detail = "approval " + approval.id + " of " + std::string(ActName(approval.act)) + " (" +
                    approval.method + "), asked for by " + approval.requester.str()};
}

Outcome ApprovalGate::Pass(const Caller& caller, std::string_view method,
                           const google::protobuf::Message& request) const {
  // Stopping a key asks nobody, and no store.
  if (!MayBeGuarded(request)) return {};
  const auto rule = parts_.store.Rule();
  if (!rule) return Forward(rule);
  if (rule->empty()) return {};
  // What another daemon changed meanwhile may make an act of it.
  if (auto newest = parts_.registry.Refresh(); !newest) return newest;
  const auto act = ActOf(*parts_.registry.Get(), parts_.outlook.policy(), request);
  if (!act || !rule->contains(*act)) return {};
  if (!parts_.break_glass) return Hold(caller, method, request, *act, *rule);
  const std::string detail = std::string(ActName(*act)) + " by one person (" + std::string(method) +
                             "): the configuration breaks the glass";
  parts_.journal.Record("approval.break_glass", caller, {.detail = detail}, nullptr);
  return {};
}

Outcome ApprovalGate::Hold(const Caller& caller, std::string_view method,
                           const google::protobuf::Message& request, GuardedAct act,
                           const ApprovalRule& rule) const {
  const auto looked = LookAt(*parts_.registry.Get(), caller, rule, request);
  if (!looked) return Forward(looked);
  if (auto person = CheckIsPerson(caller.identity); !person) return person;
  const auto mutation = MutationOf(caller, method, RequestIdOf(request), request);
  if (!mutation) return Forward(mutation);
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  const Approval wanted{
      .id = Sha256Hex(caller.str() + " " + mutation->fingerprint).substr(0, kIdDigits),
      .act = act,
      .method = std::string(method),
      .parameters = ParametersOf(request),
      .domain = looked->scope.PlaceText(),
      .sender = looked->scope.SenderText(),
      .requester = caller.identity,
      .address = caller.from ? caller.from->str() : "",
      .requested_at = now,
      .expires_at = now + kApprovalLifetime};
  const auto stored = parts_.journal.Recorded("approval.ask", caller, SubjectOf(wanted),
                                              parts_.store.Add(wanted, now - kApprovalMemory));
  if (!stored) return Forward(stored);
  if (auto pending = CheckPending(*stored, now); !pending) return pending;
  return Required(*stored);
}

}  // namespace dkimkeeper

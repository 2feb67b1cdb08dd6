#include "server/rpc/approvals_service.h"

#include <utility>

#include "proto/approval_reason.h"
#include "proto/reason.h"
#include "server/rpc/approval_gate.h"
#include "server/rpc/guarded_call.h"
#include "server/rpc/mutation.h"

namespace dkimkeeper {
namespace {

constexpr int kMaxListed = 1000;

v1::ApprovalState ToProto(ApprovalState state) {
  switch (state) {
    case ApprovalState::kPending:
      return v1::APPROVAL_STATE_PENDING;
    case ApprovalState::kApproved:
      return v1::APPROVAL_STATE_APPROVED;
    case ApprovalState::kRefused:
      return v1::APPROVAL_STATE_REFUSED;
    case ApprovalState::kExpired:
      return v1::APPROVAL_STATE_EXPIRED;
  }
  return v1::APPROVAL_STATE_UNSPECIFIED;
}

v1::Approval ToProto(const Approval& approval, Timestamp now) {
  v1::Approval message;
  message.set_id(approval.id);
  message.set_act(std::string(ActName(approval.act)));
  message.set_method(approval.method);
  const auto request = ReadRequest(approval.method, approval.parameters, "");
  if (request) message.set_parameters(ParametersText(**request));
  message.set_domain(approval.domain);
  message.set_sender(approval.sender);
  message.set_requester(approval.requester.str());
  message.set_requested_at_ms(ToMilliseconds(approval.requested_at));
  message.set_expires_at_ms(ToMilliseconds(approval.expires_at));
  message.set_state(ToProto(StateAt(approval, now)));
  if (const auto& decision = approval.decision) {
    message.set_decided_by(decision->by.str());
    message.set_decided_at_ms(ToMilliseconds(decision->at));
    message.set_outcome(decision->outcome);
  }
  return message;
}

// Whether `caller` may be one of the two persons, by its rights.
Outcome CheckRight(const View& view, const Caller& caller, const Approval& approval) {
  const auto scope = Scope::Parse(approval.domain, approval.sender);
  if (!scope) return Forward(scope);
  const auto may = view.rules.Authorize(caller, VerbFor(approval.act), *scope);
  return may ? Outcome() : Forward(may);
}

// Who asked, now: from where it asked.
Caller AsRequester(const Approval& approval, Timestamp now) {
  return {approval.requester, IpAddress::Parse(approval.address), now};
}

}  // namespace

bool ApprovalsService::MaySee(const Caller& caller, const Approval& approval) const {
  return caller.identity == approval.requester ||
         CheckRight(*parts_.registry.Get(), caller, approval).has_value();
}

Result<Approval> ApprovalsService::FindFor(const Caller& caller, const std::string& id) const {
  const ViewPtr view = parts_.registry.Get();
  auto found = parts_.store.Find(id);
  if (!found) return Forward(found);
  if (!*found) {
    // A stranger does not hear what there is.
    const auto may = view->rules.Authorize(caller, Verb::kAdminister, Scope::Everything());
    if (!may && !view->rules.MayAnywhere(caller, Verb::kRotate) &&
        !view->rules.MayAnywhere(caller, Verb::kAdminister)) {
      return Forward(may);
    }
    return Fail(Code::kNotFound, reason::kApprovalUnknown,
                "there is no such approval; `dkimkeeper approval list` shows what there is");
  }
  if (MaySee(caller, **found)) return **std::move(found);
  const auto refused = CheckRight(*view, caller, **found);
  return Forward(refused);
}

Outcome ApprovalsService::Execute(const Approval& approval) const {
  const auto request = ReadRequest(approval.method, approval.parameters, "approval-" + approval.id);
  if (!request) return Forward(request);
  const Caller requester = AsRequester(approval, ToTimestamp(parts_.clock.Now()));
  if (const auto* rule =
          google::protobuf::DynamicCastToGenerated<v1::SetRuleRequest>(request->get())) {
    v1::Rule answer;
    return Set(requester, *rule, answer);
  }
  for (const Perform& perform : parts_.acts) {
    if (auto done = perform(requester, **request)) return *std::move(done);
  }
  return Fail(Code::kInternal, reason::kInternal,
              "nobody does " + approval.method + "; report this");
}

Outcome ApprovalsService::List(const Caller& caller, const v1::ListApprovalsRequest& request,
                               v1::ListApprovalsResponse& response) const {
  const auto all = parts_.store.List();
  if (!all) return Forward(all);
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  for (const Approval& approval : *all) {
    if (response.approvals_size() == kMaxListed) break;
    const bool pending = StateAt(approval, now) == ApprovalState::kPending;
    if ((pending || request.all()) && MaySee(caller, approval)) {
      *response.add_approvals() = ToProto(approval, now);
    }
  }
  return {};
}

Outcome ApprovalsService::Get(const Caller& caller, const std::string& id,
                              v1::Approval& response) const {
  const auto approval = FindFor(caller, id);
  if (!approval) return Forward(approval);
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  response = ToProto(*approval, now);
  if (StateAt(*approval, now) != ApprovalState::kPending) return {};
  const auto rule = parts_.store.Rule();
  if (!rule) return Forward(rule);
  const auto request = ReadRequest(approval->method, approval->parameters, "");
  if (!request) return Forward(request);
  const auto looked = LookAt(*parts_.registry.Get(), caller, *rule, **request);
  if (looked) response.set_seen(looked->seen);
  return {};
}

Outcome ApprovalsService::Approve(const Caller& caller, const v1::ApproveRequestRequest& request,
                                  v1::Approval& response) const {
  const auto approval = FindFor(caller, request.id());
  if (!approval) return Forward(approval);
  if (auto newest = parts_.registry.Refresh(); !newest) return newest;
  const auto rule = parts_.store.Rule();
  if (!rule) return Forward(rule);
  const auto wanted = ReadRequest(approval->method, approval->parameters, "");
  if (!wanted) return Forward(wanted);
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  const auto decide = [&]() -> Outcome {
    // A closed one, first: what it was about may be gone.
    if (auto pending = CheckPending(*approval, now); !pending) return pending;
    const auto looked = LookAt(*parts_.registry.Get(), caller, *rule, **wanted);
    if (!looked) return Forward(looked);
    auto may = CheckApproval(*approval, caller.identity, request.seen(), looked->seen, now);
    if (!may) return may;
    return parts_.store.Decide(
        approval->id, {.by = caller.identity, .at = now, .approved = true, .outcome = "begun"});
  };
  const Subject subject = SubjectOf(*approval);
  auto decided = parts_.journal.Recorded("approval.approve", caller, subject, decide());
  if (!decided) return decided;
  auto done = parts_.journal.Recorded("approval.execute", caller, subject, Execute(*approval));
  auto concluded = parts_.store.Conclude(
      approval->id, done ? std::string("done") : std::string(done.error().reason));
  if (!done) return done;
  // It is done; that this is not written down leaves it "begun".
  if (!concluded) return concluded;
  const auto now_stored = parts_.store.Find(approval->id);
  if (!now_stored) return Forward(now_stored);
  if (*now_stored) response = ToProto(**now_stored, now);
  return {};
}

Outcome ApprovalsService::Refuse(const Caller& caller, const v1::RefuseRequestRequest& request,
                                 v1::Approval& response) const {
  const auto approval = FindFor(caller, request.id());
  if (!approval) return Forward(approval);
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  const auto decide = [&]() -> Outcome {
    if (auto person = CheckIsPerson(caller.identity); !person) return person;
    return parts_.store.Decide(approval->id, {.by = caller.identity, .at = now});
  };
  auto decided = parts_.journal.Recorded("approval.refuse", caller, SubjectOf(*approval), decide());
  if (!decided) return decided;
  return Get(caller, approval->id, response);
}

Outcome ApprovalsService::Show(const Caller& caller, v1::Rule& response) const {
  const ViewPtr view = parts_.registry.Get();
  const auto may = view->rules.Authorize(caller, Verb::kAudit, Scope::Everything());
  const auto administers = view->rules.Authorize(caller, Verb::kAdminister, Scope::Everything());
  if (!may && !administers) return Forward(administers);
  const auto rule = parts_.store.Rule();
  if (!rule) return Forward(rule);
  for (const GuardedAct act : *rule) response.add_acts(std::string(ActName(act)));
  response.set_break_glass(parts_.break_glass);
  return {};
}

Outcome ApprovalsService::Set(const Caller& caller, const v1::SetRuleRequest& request,
                              v1::Rule& response) const {
  const auto mutation = MutationOf(caller, "Approvals.SetRule", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const auto may =
      parts_.registry.Get()->rules.Authorize(caller, Verb::kAdminister, Scope::Everything());
  if (!may) return Forward(may);
  const auto rule = ParseRule({request.acts().begin(), request.acts().end()});
  if (!rule) return Forward(rule);
  const Subject subject{.domain = "*", .sender = "*", .selector = {}, .detail = RuleText(*rule)};
  auto set = parts_.journal.Recorded("approval.rule", caller, subject, parts_.store.SetRule(*rule));
  return set ? Show(caller, response) : set;
}

grpc::ServerUnaryReactor* ApprovalsService::ListApprovals(grpc::CallbackServerContext* context,
                                                          const v1::ListApprovalsRequest* request,
                                                          v1::ListApprovalsResponse* response) {
  return parts_.calls.AnswerLater(context, "Approvals.ListApprovals", parts_.changes,
                                  [this, request, response](const Caller& caller) {
                                    return List(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* ApprovalsService::GetApproval(grpc::CallbackServerContext* context,
                                                        const v1::GetApprovalRequest* request,
                                                        v1::Approval* response) {
  return parts_.calls.AnswerLater(context, "Approvals.GetApproval", parts_.changes,
                                  [this, request, response](const Caller& caller) {
                                    return Get(caller, request->id(), *response);
                                  });
}

grpc::ServerUnaryReactor* ApprovalsService::ApproveRequest(grpc::CallbackServerContext* context,
                                                           const v1::ApproveRequestRequest* request,
                                                           v1::Approval* response) {
  return parts_.calls.AnswerLater(context, "Approvals.ApproveRequest", parts_.rights,
                                  [this, request, response](const Caller& caller) {
                                    return Approve(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* ApprovalsService::RefuseRequest(grpc::CallbackServerContext* context,
                                                          const v1::RefuseRequestRequest* request,
                                                          v1::Approval* response) {
  return parts_.calls.AnswerLater(context, "Approvals.RefuseRequest", parts_.changes,
                                  [this, request, response](const Caller& caller) {
                                    return Refuse(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* ApprovalsService::GetRule(grpc::CallbackServerContext* context,
                                                    const v1::GetRuleRequest* /*request*/,
                                                    v1::Rule* response) {
  return parts_.calls.AnswerLater(
      context, "Approvals.GetRule", parts_.changes,
      [this, response](const Caller& caller) { return Show(caller, *response); });
}

grpc::ServerUnaryReactor* ApprovalsService::SetRule(grpc::CallbackServerContext* context,
                                                    const v1::SetRuleRequest* request,
                                                    v1::Rule* response) {
  return parts_.calls.AnswerGuarded(
      context, "Approvals.SetRule", parts_.changes, *request,
      [this, request, response](const Caller& caller) { return Set(caller, *request, *response); });
}

}  // namespace dkimkeeper

#include "server/rpc/status_service.h"

#include "server/keys/key_state.h"
#include "server/rpc/token_view.h"

namespace dkimkeeper {
namespace {

void FillAlarm(const Alarm& alarm, v1::Alarm& message) {
  message.set_name(alarm.name);
  message.set_subject(alarm.subject);
  message.set_message(alarm.message);
  message.set_since_ms(ToMilliseconds(ToTimestamp(alarm.since)));
}

void FillDaemons(const Daemons& daemons, v1::GetStatusResponse& response) {
  for (const DaemonBeat& beat : daemons.alive()) {
    v1::Daemon& daemon = *response.add_daemons();
    daemon.set_name(beat.name);
    daemon.set_generation(beat.generation);
    daemon.set_heard_at_ms(ToMilliseconds(beat.at));
    daemon.set_self(beat.name == daemons.own_name);
    daemon.set_executor(daemon.self() && daemons.is_executor());
  }
}

void FillAudit(const AuditStatus& audit, v1::AuditStatus& message) {
  message.set_origin(audit.origin);
  message.set_signatures(audit.durable ? "durable" : "buffered");
  message.set_writable(audit.log.writable);
  message.set_problem(audit.log.problem);
  message.set_records(audit.log.records);
  message.set_waiting(audit.log.waiting);
  message.set_dropped(audit.log.dropped);
  message.set_checkpoint_size(audit.notary.size);
  if (audit.notary.at) message.set_checkpoint_at_ms(ToMilliseconds(*audit.notary.at));
  message.set_checkpoint(audit.notary.note);
  message.set_checkpoint_problem(audit.notary.problem);
}

void FillActivity(const std::string& identity, const IdentityActivity& activity,
                  v1::IdentityActivity& message) {
  message.set_identity(identity);
  message.set_signatures(activity.signatures);
  if (activity.last_signature) {
    message.set_last_signature_ms(ToMilliseconds(*activity.last_signature));
  }
  for (const auto& [reason, count] : activity.refused) (*message.mutable_refused())[reason] = count;
  if (activity.last_refused) message.set_last_refused_ms(ToMilliseconds(*activity.last_refused));
  for (const auto& [grant, at] : activity.first_used) {
    v1::GrantUse& use = *message.add_grants();
    use.set_holder(grant.identity.str());
    use.set_domain(grant.scope.PlaceText());
    use.set_sender(grant.scope.SenderText());
    use.set_first_used_ms(ToMilliseconds(at));
  }
}

}  // namespace

void StatusService::FillKeys(const View& view, Timestamp now,
                             v1::GetStatusResponse& response) const {
  for (const auto& [name, key] : view.contents.keys) {
    ++(*response.mutable_keys_by_state())[std::string(KeyStateName(StateAt(*key, now)))];
  }
}

Outcome StatusService::Fill(const Caller& caller, v1::GetStatusResponse& response) const {
  const ViewPtr view = parts_.registry.Get();
  if (const auto allowed = MayReadEverything(*view, caller); !allowed) return allowed;
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  response.set_version(DKIMKEEPER_VERSION);
  response.set_started_at_ms(ToMilliseconds(parts_.started_at));
  response.set_now_ms(ToMilliseconds(now));
  response.set_generation(view->contents.generation);
  response.set_isolation(parts_.isolated ? "uid" : "none");
  for (const ServedToken& token : parts_.tokens) *response.add_tokens() = ToStatus(*view, token);
  for (const Alarm& alarm : parts_.alarms.List()) FillAlarm(alarm, *response.add_alarms());
  FillDaemons(parts_.daemons, response);
  FillAudit(parts_.audit.Status(), *response.mutable_audit());
  FillKeys(*view, now, response);
  response.set_signatures(parts_.signer.signatures());
  response.set_failed_signatures(parts_.signer.failures());
  response.set_queued(parts_.signer.queued());
  for (const auto& finding : parts_.reconciliations.Findings()) {
    response.add_reconcile_findings(finding);
  }
  return {};
}

Outcome StatusService::Fill(const Caller& caller, v1::GetActivityResponse& response) const {
  const ViewPtr view = parts_.registry.Get();
  if (const auto allowed = MayReadEverything(*view, caller); !allowed) return allowed;
  const Activity::Picture picture = parts_.activity.Now();
  response.set_since_ms(ToMilliseconds(parts_.started_at));
  for (const auto& [identity, activity] : picture.identities) {
    FillActivity(identity, activity, *response.add_identities());
  }
  FillActivity({}, picture.others, *response.mutable_others());
  return {};
}

grpc::ServerUnaryReactor* StatusService::GetActivity(grpc::CallbackServerContext* context,
                                                     const v1::GetActivityRequest* /*request*/,
                                                     v1::GetActivityResponse* response) {
  return parts_.calls.AnswerNow(context, "Status.GetActivity",
                                [&](const Caller& caller) { return Fill(caller, *response); });
}

grpc::ServerUnaryReactor* StatusService::GetStatus(grpc::CallbackServerContext* context,
                                                   const v1::GetStatusRequest* /*request*/,
                                                   v1::GetStatusResponse* response) {
  return parts_.calls.AnswerNow(context, "Status.GetStatus",
                                [&](const Caller& caller) { return Fill(caller, *response); });
}

Outcome StatusService::List(const Caller& caller, const std::string& origin,
                            v1::ListCheckpointsResponse& response) const {
  const ViewPtr view = parts_.registry.Get();
  if (const auto allowed = MayReadEverything(*view, caller); !allowed) return allowed;
  const auto stored = parts_.store.Checkpoints();
  if (!stored) return Forward(stored);
  for (const auto& [name, checkpoint] : *stored) {
    if (!origin.empty() && name != origin) continue;
    v1::StoredCheckpoint& message = *response.add_checkpoints();
    message.set_origin(name);
    message.set_size(checkpoint.size);
    message.set_signed_at_ms(ToMilliseconds(checkpoint.at));
    message.set_note(checkpoint.note);
  }
  return {};
}

grpc::ServerUnaryReactor* StatusService::ListCheckpoints(grpc::CallbackServerContext* context,
                                                         const v1::ListCheckpointsRequest* request,
                                                         v1::ListCheckpointsResponse* response) {
  return parts_.calls.AnswerLater(context, "Status.ListCheckpoints", parts_.looks,
                                  [this, request, response](const Caller& caller) {
                                    return List(caller, request->origin(), *response);
                                  });
}

}  // namespace dkimkeeper

#include "server/rpc/status_service.h"

#include "server/keys/key_state.h"

namespace dkimkeeper {
namespace {

void FillAlarm(const Alarm& alarm, v1::Alarm& message) {
  message.set_name(alarm.name);
  message.set_subject(alarm.subject);
  message.set_message(alarm.message);
  message.set_since_ms(ToMilliseconds(ToTimestamp(alarm.since)));
}

}  // namespace

void StatusService::FillToken(v1::TokenStatus& message) const {
  const TokenInfo info = parts_.token.Info();
  message.set_name(info.name);
  message.set_label(info.label);
  message.set_manufacturer(info.manufacturer);
  message.set_model(info.model);
  message.set_serial(info.serial);
  message.set_sessions(info.sessions);
  for (const Algorithm algorithm : info.algorithms) {
    message.add_algorithms(std::string(AlgorithmName(algorithm)));
  }
  const TokenHealth::Report report = parts_.health.Last();
  message.set_healthy(report.healthy);
  message.set_since_ms(ToMilliseconds(report.since));
  message.set_last_error(report.last_error);
}

void StatusService::FillKeys(const View& view, Timestamp now,
                             v1::GetStatusResponse& response) const {
  for (const auto& [name, key] : view.contents.keys) {
    ++(*response.mutable_keys_by_state())[std::string(KeyStateName(StateAt(*key, now)))];
  }
}

Outcome StatusService::Fill(const Identity& caller, v1::GetStatusResponse& response) const {
  const ViewPtr view = parts_.registry.Get();
  if (!view->rules.Authorize(caller, Verb::kAdminister, Scope::Everything())) {
    const auto audits = view->rules.Authorize(caller, Verb::kAudit, Scope::Everything());
    if (!audits) return Forward(audits);
  }
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  response.set_version(DKIMKEEPER_VERSION);
  response.set_started_at_ms(ToMilliseconds(parts_.started_at));
  response.set_now_ms(ToMilliseconds(now));
  response.set_generation(view->contents.generation);
  response.set_isolation(parts_.isolated ? "uid" : "none");
  FillToken(*response.add_tokens());
  for (const Alarm& alarm : parts_.alarms.List()) FillAlarm(alarm, *response.add_alarms());
  FillKeys(*view, now, response);
  response.set_signatures(parts_.signer.signatures());
  response.set_failed_signatures(parts_.signer.failures());
  response.set_queued(parts_.signer.queued());
  for (const auto& finding : parts_.reconcile_findings) response.add_reconcile_findings(finding);
  return {};
}

grpc::ServerUnaryReactor* StatusService::GetStatus(grpc::CallbackServerContext* context,
                                                   const v1::GetStatusRequest* /*request*/,
                                                   v1::GetStatusResponse* response) {
  return parts_.calls.AnswerNow(context, "Status.GetStatus",
                                [&](const Identity& caller) { return Fill(caller, *response); });
}

}  // namespace dkimkeeper

#include "client/cli/json.h"

#include "client/cli/names.h"
#include "proto/dkim/base64.h"

namespace dkimkeeper {
namespace {

Json Texts(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

Json ToJson(const v1::Alarm& alarm) {
  return {{"name", alarm.name()},
          {"subject", alarm.subject()},
          {"message", alarm.message()},
          {"since_ms", TimeToJson(alarm.since_ms())}};
}

Json ToJson(const v1::Daemon& daemon) {
  return {{"name", daemon.name()},
          {"generation", daemon.generation()},
          {"heard_at_ms", TimeToJson(daemon.heard_at_ms())},
          {"self", daemon.self()},
          {"executor", daemon.executor()}};
}

// {"rotation_period": "90d"}
Json Settings(const google::protobuf::RepeatedPtrField<v1::Setting>& settings) {
  Json values = Json::object();
  for (const v1::Setting& setting : settings) values[setting.name()] = setting.value();
  return values;
}

Json SenderSettings(const v1::Domain& domain) {
  Json senders = Json::object();
  for (const v1::SenderSettings& own : domain.sender_settings()) {
    senders[own.sender()] = Settings(own.settings());
  }
  return senders;
}

}  // namespace

Json TimeToJson(std::int64_t milliseconds) {
  return milliseconds == 0 ? Json() : Json(milliseconds);
}

Json ToJson(const v1::TokenStatus& token) {
  return {{"name", token.name()},
          {"label", token.label()},
          {"manufacturer", token.manufacturer()},
          {"model", token.model()},
          {"serial", token.serial()},
          {"healthy", token.healthy()},
          {"since_ms", TimeToJson(token.since_ms())},
          {"last_error", token.last_error()},
          {"sessions", token.sessions()},
          {"algorithms", Texts(token.algorithms())},
          {"state", token.state()},
          {"workers", token.workers()},
          {"ready_workers", token.ready_workers()},
          {"restarts", token.restarts()},
          {"queued", token.queued()},
          {"keys_awaiting_backup", token.keys_awaiting_backup()}};
}

Json ToJson(const v1::Domain& domain) {
  Json placements = Json::array();
  for (const v1::SenderPlacement& placement : domain.sender_placements()) {
    placements.push_back({{"sender", placement.sender()},
                          {"token", placement.token()},
                          {"standby_token", placement.standby_token()}});
  }
  return {{"domain", domain.domain()},
          {"unicode", domain.unicode()},
          {"allow_underscore", domain.allow_underscore()},
          {"fail_policy", NameOf(domain.fail_policy())},
          {"senders", Texts(domain.senders())},
          {"created_at_ms", TimeToJson(domain.created_at_ms())},
          {"token", domain.token()},
          {"standby_token", domain.standby_token()},
          {"sender_placements", std::move(placements)},
          {"paused_at_ms", TimeToJson(domain.paused_at_ms())},
          {"removing_at_ms", TimeToJson(domain.removing_at_ms())},
          {"removing_senders", Texts(domain.removing_senders())},
          {"settings", Settings(domain.settings())},
          {"sender_settings", SenderSettings(domain)},
          {"delegation_label", domain.delegation_label()}};
}

Json ToJson(const v1::Key& key) {
  return {{"domain", key.domain()},
          {"sender", key.sender()},
          {"selector", key.selector()},
          {"algorithm", NameOf(key.algorithm())},
          {"rsa_bits", key.rsa_bits() == 0 ? Json() : Json(key.rsa_bits())},
          {"state", NameOf(key.state())},
          {"origin", NameOf(key.origin())},
          {"token", key.token()},
          {"token_key_id", key.token_key_id()},
          {"public_key", EncodeBase64(key.public_key())},
          {"record_name", key.record_name()},
          {"record_value", key.record_value()},
          {"created_at_ms", TimeToJson(key.created_at_ms())},
          {"activated_at_ms", TimeToJson(key.activated_at_ms())},
          {"retired_at_ms", TimeToJson(key.retired_at_ms())},
          {"signs_until_ms", TimeToJson(key.signs_until_ms())},
          {"revoked_at_ms", TimeToJson(key.revoked_at_ms())},
          {"destroyed_at_ms", TimeToJson(key.destroyed_at_ms())},
          {"compromised", key.compromised()},
          {"override_reason", key.override_reason()},
          {"override_by", key.override_by()},
          {"lacks", Texts(key.lacks())},
          {"warnings", Texts(key.warnings())},
          {"next_action", key.next_action()},
          {"next_action_at_ms", TimeToJson(key.next_action_at_ms())},
          {"in_progress", key.in_progress()},
          {"published_at_ms", TimeToJson(key.published_at_ms())},
          {"usable_from_ms", TimeToJson(key.usable_from_ms())},
          {"proof_renewed_at_ms", TimeToJson(key.proof_renewed_at_ms())},
          {"rotate_at_ms", TimeToJson(key.rotate_at_ms())},
          {"stopped_at_ms", TimeToJson(key.stopped_at_ms())},
          {"record_state", key.record_state()},
          {"publisher", key.publisher()},
          {"record_ttl", key.record_ttl()},
          {"cname_target", key.cname_target()},
          {"unacknowledged", Texts(key.unacknowledged())}};
}

namespace {

Json ToJson(const v1::AuditStatus& audit) {
  return {{"origin", audit.origin()},
          {"signatures", audit.signatures()},
          {"writable", audit.writable()},
          {"problem", audit.problem()},
          {"records", audit.records()},
          {"waiting", audit.waiting()},
          {"dropped", audit.dropped()},
          {"checkpoint_size", audit.checkpoint_size()},
          {"checkpoint_at_ms", TimeToJson(audit.checkpoint_at_ms())},
          {"checkpoint", audit.checkpoint()},
          {"checkpoint_problem", audit.checkpoint_problem()}};
}

}  // namespace

Json ToJson(const v1::StoredCheckpoint& checkpoint) {
  return {{"origin", checkpoint.origin()},
          {"size", checkpoint.size()},
          {"signed_at_ms", TimeToJson(checkpoint.signed_at_ms())},
          {"note", checkpoint.note()}};
}

Json ToJson(const v1::GetStatusResponse& status) {
  Json tokens = Json::array();
  for (const v1::TokenStatus& token : status.tokens()) tokens.push_back(ToJson(token));
  Json alarms = Json::array();
  for (const v1::Alarm& alarm : status.alarms()) alarms.push_back(ToJson(alarm));
  Json daemons = Json::array();
  for (const v1::Daemon& daemon : status.daemons()) daemons.push_back(ToJson(daemon));
  nlohmann::json keys = nlohmann::json::object();  // sorted by name
  for (const auto& [state, count] : status.keys_by_state()) keys[state] = count;
  return {{"version", status.version()},
          {"started_at_ms", TimeToJson(status.started_at_ms())},
          {"now_ms", TimeToJson(status.now_ms())},
          {"generation", status.generation()},
          {"isolation", status.isolation()},
          {"tokens", std::move(tokens)},
          {"alarms", std::move(alarms)},
          {"keys_by_state", std::move(keys)},
          {"signatures", status.signatures()},
          {"failed_signatures", status.failed_signatures()},
          {"queued", status.queued()},
          {"reconcile_findings", Texts(status.reconcile_findings())},
          {"daemons", std::move(daemons)},
          {"audit", ToJson(status.audit())}};
}

std::string PrintJson(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace dkimkeeper

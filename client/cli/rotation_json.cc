// Policies, steps, rotations and checks.
#include "client/cli/json.h"
#include "client/cli/names.h"

namespace dkimkeeper {
namespace {

Json ToJson(const v1::ServerAnswer& answer) {
  return {{"server", answer.server()}, {"address", answer.address()}, {"finding", answer.finding()},
          {"detail", answer.detail()}, {"value", answer.value()},     {"target", answer.target()},
          {"ttl", answer.ttl()},       {"waived", answer.waived()}};
}

Json Answers(const google::protobuf::RepeatedPtrField<v1::ServerAnswer>& answers) {
  Json list = Json::array();
  for (const v1::ServerAnswer& answer : answers) list.push_back(ToJson(answer));
  return list;
}

}  // namespace

Json ToJson(const v1::PolicySetting& setting) {
  return {{"name", setting.name()},
          {"value", setting.value()},
          {"source", setting.source()},
          {"what", setting.what()},
          {"range", setting.range()}};
}

Json ToJson(const v1::Policy& policy) {
  Json document{{"domain", policy.domain()}, {"sender", policy.sender()}};
  document.update(ToJsonList("settings", policy.settings()));
  return document;
}

Json ToJson(const v1::Step& step) {
  return {{"domain", step.domain()},
          {"sender", step.sender()},
          {"algorithm", NameOf(step.algorithm())},
          {"selector", step.selector()},
          {"kind", step.kind()},
          {"due_ms", TimeToJson(step.due_ms())},
          {"what", step.what()},
          {"waits_for", step.waits_for()},
          {"advice", step.advice()}};
}

Json ToJson(const v1::PreviewPolicyResponse& preview) {
  Json document = ToJsonList("before", preview.before());
  document.update(ToJsonList("after", preview.after()));
  return document;
}

Json ToJson(const v1::RotateKeysResponse& rotation) {
  Json document = ToJsonList("replaced", rotation.replaced());
  document.update(ToJsonList("active", rotation.active()));
  document.update(ToJsonList("steps", rotation.steps()));
  return document;
}

Json ToJson(const v1::RecordCheck& check) {
  return {{"domain", check.domain()},
          {"selector", check.selector()},
          {"name", check.name()},
          {"zone", check.zone()},
          {"wish", check.wish()},
          {"verdict", check.verdict()},
          {"at_ms", TimeToJson(check.at_ms())},
          {"servers", Answers(check.servers())},
          {"resolvers", Answers(check.resolvers())},
          {"problem", check.problem()},
          {"dnssec", check.dnssec()},
          {"skipped", check.skipped()},
          {"wait", check.wait()},
          {"proof", check.proof()},
          {"expected", check.expected()}};
}

}  // namespace dkimkeeper

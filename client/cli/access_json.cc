// Grants and groups as JSON.
#include <string>
#include <utility>

#include "client/cli/json.h"
#include "client/cli/names.h"

namespace dkimkeeper {
namespace {

Json Texts(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

Json ToJson(const v1::GrantLimits& limits) {
  Json algorithms = Json::array();
  for (const int algorithm : limits.algorithms()) {
    algorithms.push_back(NameOf(static_cast<v1::Algorithm>(algorithm)));
  }
  return {{"algorithms", std::move(algorithms)},
          {"networks", Texts(limits.networks())},
          {"valid_from_ms", TimeToJson(limits.valid_from_ms())},
          {"valid_until_ms", TimeToJson(limits.valid_until_ms())},
          {"per_second", limits.per_second()},
          {"per_day", limits.per_day()},
          {"headers_required", limits.headers_required()}};
}

}  // namespace

Json ToJson(const v1::Grant& grant) {
  Json document{{"identity", grant.identity()},
                {"verb", NameOf(grant.verb())},
                {"domain", grant.domain()},
                {"sender", grant.sender()},
                {"bootstrap", grant.bootstrap()}};
  if (grant.has_limits()) document["limits"] = ToJson(grant.limits());
  if (grant.has_in_effect()) document["in_effect"] = ToJson(grant.in_effect());
  return document;
}

Json ToJson(const v1::WhoAmIResponse& who) {
  Json document{
      {"identity", who.identity()}, {"address", who.address()}, {"groups", Texts(who.groups())}};
  document.update(ToJsonList("grants", who.grants()));
  return document;
}

Json ToJson(const v1::InEffect& in_effect) {
  return {{"generation", in_effect.generation()},
          {"daemons", Texts(in_effect.daemons())},
          {"behind", Texts(in_effect.behind())}};
}

Json ToJson(const v1::ExplainGrantResponse& explanation) {
  Json failed = Json::array();
  for (const v1::FailedGrant& each : explanation.failed()) {
    failed.push_back({{"grant", ToJson(each.grant())}, {"why", each.why()}});
  }
  return {{"allowed", explanation.allowed()},
          {"explanation", explanation.explanation()},
          {"decides", explanation.has_decides() ? ToJson(explanation.decides()) : Json()},
          {"failed", std::move(failed)}};
}

namespace {

Json ToJson(const v1::IdentityActivity& activity) {
  nlohmann::json refused = nlohmann::json::object();  // sorted by reason
  for (const auto& [reason, count] : activity.refused()) refused[reason] = count;
  Json grants = Json::array();
  for (const v1::GrantUse& use : activity.grants()) {
    grants.push_back({{"holder", use.holder()},
                      {"domain", use.domain()},
                      {"sender", use.sender()},
                      {"first_used_ms", TimeToJson(use.first_used_ms())}});
  }
  return {{"identity", activity.identity()},
          {"signatures", activity.signatures()},
          {"last_signature_ms", TimeToJson(activity.last_signature_ms())},
          {"refused", std::move(refused)},
          {"last_refused_ms", TimeToJson(activity.last_refused_ms())},
          {"grants", std::move(grants)}};
}

}  // namespace

Json ToJson(const v1::GetActivityResponse& activity) {
  Json identities = Json::array();
  for (const auto& one : activity.identities()) identities.push_back(ToJson(one));
  return {{"since_ms", TimeToJson(activity.since_ms())},
          {"identities", std::move(identities)},
          {"others", ToJson(activity.others())}};
}

Json ToJson(const v1::Group& group) {
  return {{"name", group.name()},
          {"of", group.of_identities() ? "identities" : "domains"},
          {"size", group.size()},
          {"members", Texts(group.members())}};
}

}  // namespace dkimkeeper

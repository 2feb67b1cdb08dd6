#include "client/cli/json.h"

#include "client/cli/names.h"

namespace dkimkeeper {

Json ToJson(const v1::Token& token) {
  Json document = ToJson(token.status());
  document.update(Json{{"keys", token.keys()},
                       {"max_keys", token.max_keys() == 0 ? Json() : Json(token.max_keys())},
                       {"require_backup", token.require_backup()},
                       {"backed_up_at_ms", TimeToJson(token.backed_up_at_ms())},
                       {"compromised_at_ms", TimeToJson(token.compromised_at_ms())}});
  return document;
}

Json ToJson(const v1::AttestedKey& key) {
  Json mechanisms = Json::array();
  for (const std::string& name : key.allowed_mechanisms()) mechanisms.push_back(name);
  Json document{{"token_key_id", key.token_key_id()},
                {"agreement", NameOf(key.agreement())},
                {"attested", key.attested()},
                {"fingerprint", key.fingerprint()}};
  // What the token did not say is null, so that no "false" is taken for its word.
  const bool held = key.agreement() != v1::AGREEMENT_MISSING;
  const auto said = [held](const Json& value) { return held ? value : Json(); };
  document.update(Json{{"label", said(key.label())},
                       {"algorithm", said(NameOf(key.algorithm()))},
                       {"rsa_bits", key.rsa_bits() == 0 ? Json() : Json(key.rsa_bits())},
                       {"local", said(key.local())},
                       {"sensitive", said(key.sensitive())},
                       {"always_sensitive", said(key.always_sensitive())},
                       {"extractable", said(key.extractable())},
                       {"never_extractable", said(key.never_extractable())},
                       {"allowed_mechanisms", said(mechanisms)}});
  const bool registered = !key.domain().empty();
  const auto known = [registered](const Json& value) { return registered ? value : Json(); };
  document.update(Json{{"domain", known(key.domain())},
                       {"sender", known(key.sender())},
                       {"selector", known(key.selector())},
                       {"state", known(NameOf(key.state()))},
                       {"origin", known(NameOf(key.origin()))}});
  return document;
}

Json ToJson(const v1::KeyLine& line) {
  return {{"domain", line.domain()},
          {"sender", line.sender()},
          {"algorithm", NameOf(line.algorithm())}};
}

Json ToJson(const v1::CompromiseTokenResponse& response) {
  Json document = ToJsonList("keys", response.keys());
  document.update(ToJsonList("lines_without_key", response.lines_without_key()));
  return document;
}

}  // namespace dkimkeeper

#include "server/rpc/token_view.h"

#include "server/lifecycle/token_admission.h"
#include "server/rpc/convert.h"

namespace dkimkeeper {
namespace {

TokenTerms TermsOf(const ServedToken& served, const TokenInfo& info) {
  return {served.name, served.limits, info.algorithms};
}

v1::Agreement ToProto(Agreement agreement) {
  switch (agreement) {
    case Agreement::kAgrees:
      return v1::AGREEMENT_AGREES;
    case Agreement::kUnknown:
      return v1::AGREEMENT_UNKNOWN;
    case Agreement::kDiffers:
      return v1::AGREEMENT_DIFFERS;
    case Agreement::kMissing:
      return v1::AGREEMENT_MISSING;
    case Agreement::kService:
      return v1::AGREEMENT_SERVICE;
  }
  return v1::AGREEMENT_UNSPECIFIED;
}

void FillHeld(const TokenKey& held, v1::AttestedKey& message) {
  message.set_token_key_id(held.id.ToHex());
  message.set_label(held.label);
  message.set_algorithm(ToProto(held.public_key.algorithm));
  message.set_rsa_bits(held.rsa_bits);
  const KeyAttributes& says = held.attributes;
  message.set_local(says.local);
  message.set_sensitive(says.sensitive);
  message.set_always_sensitive(says.always_sensitive);
  message.set_extractable(says.extractable);
  message.set_never_extractable(says.never_extractable);
  for (const std::string& name : says.allowed_mechanisms) message.add_allowed_mechanisms(name);
}

void FillRegistered(const Key& registered, Timestamp now, v1::AttestedKey& message) {
  message.set_token_key_id(registered.id.ToHex());
  message.set_domain(registered.domain.str());
  message.set_sender(registered.sender.str());
  message.set_selector(registered.selector.str());
  message.set_state(ToProto(StateAt(registered, now)));
  message.set_origin(ToProto(registered.origin));
}

}  // namespace

Outcome MayReadEverything(const View& view, const Caller& caller) {
  if (view.rules.Authorize(caller, Verb::kAdminister, Scope::Everything())) return {};
  const auto audits = view.rules.Authorize(caller, Verb::kAudit, Scope::Everything());
  if (!audits) return Forward(audits);
  return {};
}

v1::TokenStatus ToStatus(const View& view, const ServedToken& served) {
  const TokenInfo info = served.token.Info();
  v1::TokenStatus message;
  message.set_name(served.name);
  message.set_label(info.label);
  message.set_manufacturer(info.manufacturer);
  message.set_model(info.model);
  message.set_serial(info.serial);
  message.set_sessions(info.sessions);
  for (const Algorithm algorithm : info.algorithms) {
    message.add_algorithms(std::string(AlgorithmName(algorithm)));
  }
  const TokenHealth::Report report = served.health.Last();
  message.set_state(std::string(TokenStateName(report.state)));
  message.set_healthy(report.state == TokenState::kReady);
  message.set_since_ms(ToMilliseconds(report.since));
  message.set_last_error(report.last_error.empty() ? info.last_error : report.last_error);
  message.set_workers(info.workers);
  message.set_ready_workers(info.ready_workers);
  message.set_restarts(info.restarts);
  message.set_queued(served.signing.Waiting());
  message.set_keys_awaiting_backup(AccountOf(view, TermsOf(served, info)).awaiting_backup);
  return message;
}

v1::Token ToProto(const View& view, const ServedToken& served) {
  v1::Token message;
  *message.mutable_status() = ToStatus(view, served);
  message.set_keys(AccountOf(view, {served.name, served.limits}).keys);
  message.set_max_keys(served.limits.max_keys);
  message.set_require_backup(served.limits.require_backup);
  const TokenRecord record = RecordOf(view, served.name);
  message.set_backed_up_at_ms(Milliseconds(record.backed_up_at));
  message.set_compromised_at_ms(Milliseconds(record.compromised_at));
  return message;
}

v1::AttestedKey ToProto(const AttestedKey& key, Timestamp now) {
  v1::AttestedKey message;
  message.set_agreement(ToProto(key.agreement));
  message.set_attested(key.attested);
  message.set_fingerprint(key.fingerprint);
  if (key.held) FillHeld(*key.held, message);
  if (key.registered) FillRegistered(*key.registered, now, message);
  return message;
}

}  // namespace dkimkeeper

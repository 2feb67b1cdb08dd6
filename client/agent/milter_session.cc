#include "client/agent/milter_session.h"

#include <chrono>

namespace dkimkeeper {
namespace {

std::string_view ActionName(Action action) {
  switch (action) {
    case Action::kContinue:
      return "continue";
    case Action::kAccept:
      return "accept";
    case Action::kReject:
      return "reject";
    case Action::kTempfail:
      return "tempfail";
  }
  return "continue";
}

std::string_view WithoutBrackets(std::string_view address) {
  if (address.starts_with('<')) address.remove_prefix(1);
  if (address.ends_with('>')) address.remove_suffix(1);
  return address;
}

std::int64_t SecondsOf(std::chrono::system_clock::time_point now) {
  return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
}

std::string NameOf(const std::optional<Domain>& domain) { return domain ? domain->str() : ""; }

}  // namespace

Arrival MilterSession::ArrivalOf(std::string_view envelope, const Macros& macros,
                                 const AgentPolicy& policy) const {
  Arrival arrival{.client = client_,
                  .authenticated = macros("{auth_authen}"),
                  .listener = macros("{daemon_name}"),
                  .envelope = std::string(WithoutBrackets(envelope)),
                  .macros = {}};
  for (const MacroRule& rule : policy.originates.macros) {
    arrival.macros[rule.name] = macros(rule.name);
  }
  return arrival;
}

Verdict MilterSession::Mail(std::string_view envelope, const Macros& macros) {
  Abort();
  CurrentPolicy::Snapshot policy = parts_.policy.Get();
  Arrival arrival = ArrivalOf(envelope, macros, *policy);
  origin_ = is_connected_ ? policy->originates.OriginOf(arrival) : Origin::kElsewhere;
  if (origin_ == Origin::kElsewhere) {
    parts_.metrics.CountMessage(origin_, "accept", "inbound");
    return {Action::kAccept, {}, "inbound"};
  }
  message_.emplace(std::move(policy), std::move(arrival), SecondsOf(parts_.clock.Now()),
                   leading_space_, OutgoingMessage::Means{parts_.keys, parts_.signer});
  return {};
}

void MilterSession::HeaderField(std::string_view name, std::string_view value) {
  if (message_) message_->AddHeaderField(name, value);
}

Verdict MilterSession::EndOfHeader(const Macros& macros) {
  if (!message_) return {Action::kAccept};
  Verdict verdict = message_->EndHeader();
  if (verdict.action != Action::kContinue) Close(verdict, macros);
  return verdict;
}

void MilterSession::Body(std::string_view chunk) {
  if (message_) message_->AppendBody(chunk);
}

Closing MilterSession::EndOfMessage(const Macros& macros) {
  if (!message_) return {{Action::kAccept}};
  const auto began = parts_.clock.Steady();
  Closing closing = message_->Finish();
  parts_.metrics.ObserveSigning(parts_.clock.Steady() - began);
  Close(closing.verdict, macros);
  return closing;
}

void MilterSession::Close(const Verdict& verdict, const Macros& macros) {
  const std::string_view action = ActionName(verdict.action);
  parts_.metrics.CountMessage(origin_, action, verdict.result);
  const auto& line = message_->line();
  if (verdict.result == "signed") {
    parts_.events.Info("mail.signed", {{"queue", macros("i")},
                                       {"origin", OriginName(origin_)},
                                       {"author", NameOf(message_->author())},
                                       {"domain", line->domain.str()},
                                       {"sender", line->sender.str()},
                                       {"keys", message_->signed_with()},
                                       {"risks", message_->risks().str()}});
    parts_.metrics.CountRisks(message_->risks());
  } else {
    parts_.events.Warning("mail.not_signed", {{"queue", macros("i")},
                                              {"origin", OriginName(origin_)},
                                              {"identity", message_->arrival().authenticated},
                                              {"author", NameOf(message_->author())},
                                              {"action", action},
                                              {"reason", verdict.result},
                                              {"message", message_->trouble()}});
  }
  message_.reset();
}

void MilterSession::Abort() {
  if (!message_) return;
  parts_.metrics.CountMessage(origin_, "none", "aborted");
  message_.reset();
}

}  // namespace dkimkeeper

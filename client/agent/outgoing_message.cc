#include "client/agent/outgoing_message.h"

#include <utility>

#include "proto/dkim/ascii.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kMalformedText =
    "This message is malformed: it needs one From field with one author, and CRLF line ends";

MessageOptions OptionsOf(const AgentPolicy& policy, std::int64_t now) {
  MessageOptions options;
  options.signed_at = now;
  options.expires_after = policy.expires_after;
  options.signed_headers = policy.signed_headers;
  options.oversigned_headers = policy.oversigned_headers;
  return options;
}

// A key that was replaced or taken away since the list was made.
bool IsStaleChoice(const Error& error) {
  return error.reason == reason::kSelectorNotActive || error.reason == reason::kKeyUnknown;
}

Error NoKeyList() {
  return {Code::kUnavailable, std::string(reason::kServerAway),
          "there is no list of signing keys yet, neither from the server nor on disk"};
}

Error NoLeadingSpace() {
  return {Code::kFailedPrecondition, std::string(reason::kBadOption),
          "the mail server does not pass on the white space after a header's colon, without which "
          "simple header canonicalisation cannot be right; write relaxed in [signature] "
          "canonicalization"};
}

}  // namespace

OutgoingMessage::OutgoingMessage(CurrentPolicy::Snapshot policy, Arrival arrival, std::int64_t now,
                                 bool leading_space, const Means& means)
    : policy_(std::move(policy)),
      arrival_(std::move(arrival)),
      leading_space_(leading_space),
      means_(means),
      wanted_fields_(policy_->sender_rules.HeaderNames()) {
  auto message = MessageSigner::CreateForLater(policy_->canonicalization.body,
                                               OptionsOf(*policy_, now), means_.signer);
  if (message) {
    message_ = *std::move(message);
  } else {
    error_ = message.error();
  }
}

void OutgoingMessage::AddHeaderField(std::string_view name, std::string_view value) {
  if (error_) return;
  if (const Outcome added = message_->AddHeaderField(name, value); !added) {
    error_ = added.error();
    return;
  }
  if (wanted_fields_.empty()) return;
  std::string lower = ToAsciiLower(TrimFoldingSpace(name));
  if (wanted_fields_.contains(lower)) {
    fields_.emplace_back(std::move(lower), TrimFoldingSpace(value));
  }
}

Verdict OutgoingMessage::Unsigned(FailPolicy policy, const Error& error) {
  trouble_ = error.message;
  if (error.reason == reason::kBadMessage) {
    return Refused(policy_->malformed, "malformed", std::string(kMalformedText));
  }
  Verdict verdict = NotSigned(policy, error);
  if (verdict.action == Action::kAccept) verdict.note = policy_->unsigned_note;
  return verdict;
}

Verdict OutgoingMessage::EndHeader() {
  if (!error_) {
    if (const Outcome ended = message_->EndHeader(); !ended) error_ = ended.error();
  }
  if (error_) return Unsigned(FailPolicy::kTempfail, *error_);
  author_ = message_->Author().value().domain;
  const auto keys = means_.keys.Newest();
  if (keys == nullptr) return Unsigned(FailPolicy::kTempfail, NoKeyList());
  return Judge(*keys);
}

Verdict OutgoingMessage::Judge(const SigningKeys& keys) {
  auto domain = SigningDomainOf(*author_, policy_->parents, keys);
  if (!domain) {
    return Refused(policy_->unknown_domain, "unknown_domain",
                   "This server does not send mail for the domain of the From field");
  }
  const std::string& identity = arrival_.authenticated;
  if (!identity.empty() && !policy_->author_rights.MayUse(identity, *author_)) {
    return Refused(policy_->foreign_author, "foreign_author",
                   "You may not use the domain of the From field");
  }
  if (!leading_space_ && policy_->canonicalization.header == Canonicalization::kSimple) {
    return Unsigned(FailPolicyOf(*domain, keys), NoLeadingSpace());
  }
  line_ =
      SigningLine{*std::move(domain), policy_->sender_rules.SenderOf(arrival_, *author_, fields_)};
  return {};
}

void OutgoingMessage::AppendBody(std::string_view chunk) {
  if (error_) return;
  risks_.Body(chunk);
  if (const Outcome taken = message_->AppendBody(chunk); !taken) error_ = taken.error();
}

void OutgoingMessage::AddSpecs(const SigningLine& line, const SigningKeys& keys,
                               std::vector<SignatureSpec>& specs) const {
  for (const SigningKey& key : keys.For(line.domain, line.sender)) {
    specs.push_back({.domain = key.domain,
                     .selector = key.selector,
                     .algorithm = key.algorithm,
                     .canonicalization = policy_->canonicalization,
                     .headers_required = key.headers_required});
  }
}

Result<std::vector<SignatureSpec>> OutgoingMessage::Choose(const SigningKeys& keys) const {
  std::vector<SignatureSpec> specs;
  AddSpecs(*line_, keys, specs);
  if (specs.empty()) {
    return Fail(Code::kFailedPrecondition, reason::kNoActiveKey,
                "no key that this host may use signs for " + line_->domain.str() + ", sender " +
                    line_->sender.str() + "; see dkimkeeper key list " + line_->domain.str());
  }
  const std::optional<SigningLine>& second = policy_->second;
  if (second && second->domain != line_->domain) AddSpecs(*second, keys, specs);
  return specs;
}

Result<std::vector<std::string>> OutgoingMessage::Sign(const SigningKeys& keys) {
  auto specs = Choose(keys);
  if (!specs) return Forward(specs);
  specs_ = *specs;
  return message_->FinishWith(*std::move(specs));
}

Closing OutgoingMessage::Finish() {
  if (error_) return {Unsigned(FailPolicy::kTempfail, *error_)};
  const auto keys = means_.keys.Newest();
  if (keys == nullptr) return {Unsigned(FailPolicy::kTempfail, NoKeyList())};
  auto fields = Sign(*keys);
  if (!fields && IsStaleChoice(fields.error())) {
    if (const auto asked = means_.keys.AskNow()) fields = Sign(*asked);
  }
  if (!fields) return {Unsigned(FailPolicyOf(line_->domain, *keys), fields.error())};
  return {{Action::kAccept, {}, "signed"}, *std::move(fields)};
}

std::string OutgoingMessage::signed_with() const {
  std::string text;
  for (const SignatureSpec& spec : specs_) {
    text.append(text.empty() ? "" : ",").append(spec.selector.str()).append("/");
    text.append(AlgorithmName(spec.algorithm));
  }
  return text;
}

}  // namespace dkimkeeper

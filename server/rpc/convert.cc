#include "server/rpc/convert.h"

#include <algorithm>

#include "proto/dkim/sha256.h"
#include "proto/reason.h"
#include "server/lifecycle/placement.h"
#include "server/signing/signed_headers.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxNote = 128;

Outcome CheckNote(const std::string& note) {
  const bool printable = std::ranges::all_of(note, [](char c) { return c >= ' ' && c < '\x7f'; });
  if (note.size() <= kMaxNote && printable) return {};
  return Fail(Code::kInvalidArgument, reason::kBadNote,
              "note must be at most 128 bytes of printable ASCII");
}

// What SignDigest and SignHeaders have in common, and the digest.
template <typename Request, typename Digest>
Result<SignRequest> SignRequestOf(const Request& request, SignedBy by, const Digest& digest_of) {
  auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  std::optional<Sender> sender;
  if (!request.sender().empty()) {
    auto parsed = Sender::Parse(request.sender());
    if (!parsed) return Forward(parsed);
    sender = *std::move(parsed);
  }
  // Whether the domain takes underscores was decided when the key was made.
  auto selector = Selector::Parse(request.selector(), Underscore::kAllowed);
  if (!selector) return Forward(selector);
  const auto algorithm = FromProto(request.algorithm());
  if (!algorithm) return Forward(algorithm);
  const Result<Sha256Digest> digest = digest_of();
  if (!digest) return Forward(digest);
  if (const auto note = CheckNote(request.note()); !note) return Forward(note);
  return SignRequest{*std::move(domain),
                     std::move(sender),
                     *std::move(selector),
                     *algorithm,
                     *digest,
                     request.note(),
                     by};
}

void FillSettings(const PolicySettings& words,
                  google::protobuf::RepeatedPtrField<v1::Setting>& settings) {
  for (const auto& [name, value] : words) {
    v1::Setting& added = *settings.Add();
    added.set_name(name);
    added.set_value(value);
  }
}

}  // namespace

v1::Algorithm ToProto(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kRsaSha256:
      return v1::ALGORITHM_RSA_SHA256;
    case Algorithm::kEd25519Sha256:
      return v1::ALGORITHM_ED25519_SHA256;
  }
  return v1::ALGORITHM_UNSPECIFIED;
}

Result<Algorithm> FromProto(v1::Algorithm algorithm) {
  if (algorithm == v1::ALGORITHM_RSA_SHA256) return Algorithm::kRsaSha256;
  if (algorithm == v1::ALGORITHM_ED25519_SHA256) return Algorithm::kEd25519Sha256;
  return Fail(Code::kInvalidArgument, reason::kBadAlgorithm,
              "algorithm must be RSA_SHA256 or ED25519_SHA256");
}

v1::FailPolicy ToProto(FailPolicy policy) {
  switch (policy) {
    case FailPolicy::kTempfail:
      return v1::FAIL_POLICY_TEMPFAIL;
    case FailPolicy::kUnsigned:
      return v1::FAIL_POLICY_UNSIGNED;
  }
  return v1::FAIL_POLICY_UNSPECIFIED;
}

Result<FailPolicy> FromProto(v1::FailPolicy policy) {
  if (policy == v1::FAIL_POLICY_UNSPECIFIED || policy == v1::FAIL_POLICY_TEMPFAIL) {
    return FailPolicy::kTempfail;
  }
  if (policy == v1::FAIL_POLICY_UNSIGNED) return FailPolicy::kUnsigned;
  return Fail(Code::kInvalidArgument, reason::kBadOption,
              "fail_policy must be TEMPFAIL or UNSIGNED");
}

v1::Domain ToProto(const DomainEntry& entry, const std::string& first_token) {
  v1::Domain message;
  message.set_domain(entry.domain.str());
  message.set_unicode(entry.domain.ToUnicode());
  message.set_allow_underscore(entry.allow_underscore);
  message.set_fail_policy(ToProto(entry.fail_policy));
  for (const Sender& sender : entry.senders) message.add_senders(sender.str());
  message.set_created_at_ms(ToMilliseconds(entry.created_at));
  const Placement placement = PlacementOf(entry, first_token);
  message.set_token(placement.token);
  message.set_standby_token(placement.standby_token);
  for (const auto& [sender, own] : entry.sender_placements) {
    v1::SenderPlacement& added = *message.add_sender_placements();
    added.set_sender(sender.str());
    added.set_token(own.token);
    added.set_standby_token(own.standby_token);
  }
  message.set_paused_at_ms(Milliseconds(entry.paused_at));
  message.set_removing_at_ms(Milliseconds(entry.removing_at));
  for (const auto& [sender, at] : entry.removing_senders) {
    message.add_removing_senders(sender.str());
  }
  FillSettings(entry.policy, *message.mutable_settings());
  for (const auto& [sender, words] : entry.sender_policies) {
    v1::SenderSettings& added = *message.add_sender_settings();
    added.set_sender(sender.str());
    FillSettings(words, *added.mutable_settings());
  }
  message.set_delegation_label(entry.delegation_label);
  return message;
}

v1::KeyState ToProto(KeyState state) {
  switch (state) {
    case KeyState::kPending:
      return v1::KEY_STATE_PENDING;
    case KeyState::kPublished:
      return v1::KEY_STATE_PUBLISHED;
    case KeyState::kActive:
      return v1::KEY_STATE_ACTIVE;
    case KeyState::kRetiring:
      return v1::KEY_STATE_RETIRING;
    case KeyState::kRevoked:
      return v1::KEY_STATE_REVOKED;
    case KeyState::kDestroyed:
      return v1::KEY_STATE_DESTROYED;
  }
  return v1::KEY_STATE_UNSPECIFIED;
}

v1::KeyOrigin ToProto(KeyOrigin origin) {
  switch (origin) {
    case KeyOrigin::kGenerated:
      return v1::KEY_ORIGIN_GENERATED;
    case KeyOrigin::kImported:
      return v1::KEY_ORIGIN_IMPORTED;
  }
  return v1::KEY_ORIGIN_UNSPECIFIED;
}

v1::Step ToProto(const Step& step) {
  v1::Step message;
  message.set_domain(step.domain.str());
  message.set_sender(step.sender.str());
  message.set_algorithm(ToProto(step.algorithm));
  if (step.selector) message.set_selector(step.selector->str());
  message.set_kind(std::string(StepName(step.kind)));
  message.set_due_ms(ToMilliseconds(step.due));
  message.set_what(step.what);
  message.set_waits_for(step.waits_for);
  message.set_advice(step.advice);
  return message;
}

std::int64_t Milliseconds(const std::optional<Timestamp>& at) {
  return at ? ToMilliseconds(*at) : 0;
}

v1::SigningKey ToSigningKey(const Key& key, FailPolicy policy) {
  v1::SigningKey message;
  message.set_domain(key.domain.str());
  message.set_sender(key.sender.str());
  message.set_selector(key.selector.str());
  message.set_algorithm(ToProto(key.algorithm));
  message.set_fail_policy(ToProto(policy));
  if (key.signs_until) message.set_signs_until_ms(ToMilliseconds(*key.signs_until));
  return message;
}

Result<SignRequest> FromProto(const v1::SignDigestRequest& request) {
  return SignRequestOf(request, SignedBy::kDigest,
                       [&] { return Sha256Digest::FromBytes(request.digest()); });
}

Result<SignRequest> FromProto(const v1::SignHeadersRequest& request) {
  return SignRequestOf(request, SignedBy::kHeaders, [&]() -> Result<Sha256Digest> {
    if (const auto size = CheckHeaderBlockSize(request.header_block()); !size) return Forward(size);
    return Sha256Of(request.header_block());
  });
}

Result<Sender> SenderOrDefault(const std::string& text) {
  if (text.empty()) return Sender::Default();
  return Sender::Parse(text);
}

Result<std::optional<Sender>> SenderOrNone(const std::string& text) {
  if (text.empty()) return std::optional<Sender>();
  auto sender = Sender::Parse(text);
  if (!sender) return Forward(sender);
  return std::optional<Sender>(*std::move(sender));
}

}  // namespace dkimkeeper

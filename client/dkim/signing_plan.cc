#include "client/dkim/signing_plan.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::int64_t kMaxTime = 999'999'999'999;  // 1*12DIGIT
constexpr std::size_t kMaxLocalPart = 64;           // RFC 5321 §4.5.3.1.1

tl::unexpected<Error> BadOption(std::string message) {
  return Fail(Code::kInvalidArgument, reason::kBadOption, std::move(message));
}

Outcome CheckLocalPart(std::string_view local_part) {
  const bool control = std::any_of(local_part.begin(), local_part.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (local_part.size() <= kMaxLocalPart && !control) return {};
  return BadOption(
      "The identity (i=) has a control character or more than 64 octets before its @.");
}

// `identity` with its domain in A-labels (RFC 6376 §3.5, i=); empty stays empty.
Result<std::string> CheckedIdentity(const std::string& identity, const Domain& signing_domain) {
  if (identity.empty()) return identity;
  const std::size_t at = identity.rfind('@');
  if (at == std::string::npos) {
    return BadOption("The identity (i=) has no @; write [local-part]@domain.");
  }
  const Result<Domain> domain = Domain::Parse(std::string_view(identity).substr(at + 1));
  if (!domain || !domain->IsAtOrBelow(signing_domain)) {
    return BadOption("The domain of the identity (i=) is not " + signing_domain.str() +
                     ", the signing domain, or below it.");
  }
  const std::string local_part = identity.substr(0, at);
  if (Outcome checked = CheckLocalPart(local_part); !checked) return Forward(checked);
  return local_part + "@" + domain->str();
}

// x=: the point in time, never the span.
Result<std::optional<std::int64_t>> ExpiryOf(const MessageOptions& options) {
  if (options.signed_at && (*options.signed_at < 0 || *options.signed_at > kMaxTime)) {
    return BadOption("The signing time (t=) is not between 0 and 999,999,999,999 seconds.");
  }
  if (!options.expires_after) return std::optional<std::int64_t>();
  if (!options.signed_at) {
    return BadOption("An expiry (x=) needs a signing time (t=) that it counts from.");
  }
  const std::int64_t span = options.expires_after->count();
  if (span < 1 || span > kMaxTime - *options.signed_at) {
    return BadOption("The expiry (x=) must be later than the signing time, within 12 digits.");
  }
  return std::optional(*options.signed_at + span);
}

}  // namespace

Result<SigningPlan> SigningPlan::Make(std::vector<SignatureSpec> signatures,
                                      const MessageOptions& options) {
  Result<SigningPlan> plan = MakeForLater(options);
  if (!plan) return plan;
  if (Outcome chosen = plan->Choose(std::move(signatures)); !chosen) return Forward(chosen);
  return plan;
}

Result<SigningPlan> SigningPlan::MakeForLater(const MessageOptions& options) {
  const auto expires_at = ExpiryOf(options);
  if (!expires_at) return Forward(expires_at);
  Result<HeaderSelection> headers = HeaderSelection::FromOptions(options);
  if (!headers) return Forward(headers);
  return SigningPlan{.signatures = {},
                     .signed_at = options.signed_at,
                     .expires_at = *expires_at,
                     .headers = *std::move(headers)};
}

Outcome SigningPlan::Choose(std::vector<SignatureSpec> chosen) {
  if (chosen.empty()) return BadOption("No signature is asked for.");
  for (SignatureSpec& spec : chosen) {
    Result<std::string> identity = CheckedIdentity(spec.identity, spec.domain);
    if (!identity) return Forward(identity);
    spec.identity = *std::move(identity);
  }
  signatures = std::move(chosen);
  return {};
}

}  // namespace dkimkeeper

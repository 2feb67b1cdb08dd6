#include "server/signing/signed_headers.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "proto/dkim/ascii.h"
#include "proto/dkim/mailbox.h"
#include "proto/dkim/signature_field.h"
#include "proto/dkim/tag_list.h"
#include "proto/reason.h"
#include "server/signing/canonical_header.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> Bad(const std::string& fault) {
  return Fail(Code::kInvalidArgument, reason::kBadHeaders, "the header to sign " + fault);
}

// d=, s= and a= as they stand: what Domain would make of another spelling is not what a verifier
// reads.
Outcome CheckAskedFor(const TagList& tags, const SignatureField& field,
                      const SignRequest& request) {
  const auto says = [&](std::string_view tag, std::string_view asked) {
    return EqualsIgnoringAsciiCase(tags.Find(tag).value_or(""), asked);
  };
  if (!says("d", request.domain.str())) {
    return Bad("has another d= than was asked for, " + request.domain.str());
  }
  if (!says("s", request.selector.str())) {
    return Bad("has another s= than was asked for, " + request.selector.str());
  }
  if (field.algorithm != request.algorithm) {
    return Bad("has another a= than was asked for, " +
               std::string(AlgorithmName(request.algorithm)));
  }
  return {};
}

// "b=" are the last octets: what is put there is the signature and nothing follows it.
Outcome CheckEmptySignature(std::string_view block, const TagList& tags) {
  const Tag& last = tags.tags().back();
  if (last.name == "b" && last.value.empty() && block.ends_with("b=")) return {};
  return Bad("has a b= that is not last and empty");
}

Outcome CheckIdentity(const SignatureField& field, const HeaderTerms& terms) {
  if (field.identity.empty() || !terms.strict_identity) return {};
  const auto domain =
      Domain::Parse(std::string_view(field.identity).substr(field.identity.rfind('@') + 1));
  if (domain && *domain == field.domain) return {};
  return Bad("has an i= below d=, and the key's record says t=s: leave i= out, or put it at d=");
}

Outcome CheckTimes(const SignatureField& field, Timestamp now) {
  const auto latest = [&](std::chrono::seconds ahead) {
    return std::chrono::floor<std::chrono::seconds>(now + ahead).time_since_epoch().count();
  };
  if (field.signed_at && *field.signed_at > latest(kMostClockSkew)) {
    return Bad("has a t= of the future; set the clock of the host that signs");
  }
  if (field.expires_at && *field.expires_at > latest(kLongestSignatureLife)) {
    return Bad("has an x= more than " + std::to_string(kLongestSignatureLife.count()) +
               " days ahead");
  }
  return {};
}

// The fields are those that h= names, in its order (RFC 6376 §3.5, §5.4.2).
Outcome CheckNames(const std::vector<std::string>& names,
                   const std::vector<CanonicalField>& fields) {
  if (names.size() > kMostSignedNames) {
    return Bad("has more than " + std::to_string(kMostSignedNames) + " names in h=");
  }
  auto next = fields.begin();
  std::set<std::string> exhausted;
  for (const std::string& name : names) {
    if (next == fields.end() || !EqualsIgnoringAsciiCase(next->name, name)) {
      exhausted.insert(ToAsciiLower(name));
    } else if (exhausted.contains(ToAsciiLower(name))) {
      return Bad("has a field where h= names it again after it had none");
    } else {
      ++next;
    }
  }
  if (next == fields.end()) return {};
  return Bad("has fields that h= does not name, or in another order: see field " +
             std::to_string(next - fields.begin() + 1));
}

Outcome CheckFrom(const std::vector<CanonicalField>& fields, const Domain& domain,
                  FromAlignment alignment) {
  const auto is_from = [](const CanonicalField& field) {
    return EqualsIgnoringAsciiCase(field.name, "from");
  };
  if (std::ranges::count_if(fields, is_from) != 1) {
    return Bad("must hold one From, which h= names");
  }
  const auto author = ParseFromMailbox(std::ranges::find_if(fields, is_from)->value);
  if (!author) return Bad("has a From without exactly one author");
  const bool aligned = alignment == FromAlignment::kEqual ? author->domain == domain
                                                          : author->domain.IsAtOrBelow(domain);
  if (aligned) return {};
  return Bad("has a From whose domain is not " +
             std::string(alignment == FromAlignment::kEqual ? "d=" : "at or below d=") + ", " +
             domain.str());
}

}  // namespace

Outcome CheckHeaderBlockSize(std::string_view block) {
  if (!block.empty() && block.size() <= kLargestHeaderBlock) return {};
  return Bad("must have 1 to " + std::to_string(kLargestHeaderBlock) + " bytes");
}

Outcome CheckSignedHeaders(std::string_view block, const SignRequest& request,
                           const HeaderTerms& terms, Timestamp now) {
  const auto split = CanonicalHeader::Split(block);
  if (!split) return Forward(split);
  const auto tags = TagList::Parse(split->signature.value);
  if (!tags) return Forward(tags);
  const auto field = ParseSignatureField(split->signature.value);
  if (!field) return Forward(field);
  if (auto asked = CheckAskedFor(*tags, *field, request); !asked) return asked;
  if (auto empty = CheckEmptySignature(block, *tags); !empty) return empty;
  if (auto identity = CheckIdentity(*field, terms); !identity) return identity;
  if (auto times = CheckTimes(*field, now); !times) return times;
  if (auto same = CheckCanonical(block, field->canonicalization.header); !same) return same;
  if (auto names = CheckNames(field->header_names, split->fields); !names) return names;
  return CheckFrom(split->fields, field->domain, terms.from);
}

}  // namespace dkimkeeper

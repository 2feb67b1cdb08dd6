#include "proto/dkim/signature_field.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "proto/dkim/ascii.h"
#include "proto/dkim/base64.h"
#include "proto/dkim/label.h"
#include "proto/dkim/quoted_printable.h"
#include "proto/dkim/sha256_digest.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxTimeDigits = 12;  // RFC 6376 §3.5, t= and x=

tl::unexpected<Error> BadField(const std::string& fault) {
  return Fail(Code::kInvalidArgument, reason::kBadTagList, "the DKIM-Signature field " + fault);
}

std::string CanonicalizationText(const CanonicalizationPair& pair) {
  return std::string(CanonicalizationName(pair.header)) + "/" +
         std::string(CanonicalizationName(pair.body));
}

Result<Canonicalization> ParseOneCanonicalization(std::string_view name) {
  for (const auto one : {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
    if (EqualsIgnoringAsciiCase(name, CanonicalizationName(one))) return one;
  }
  return Fail(Code::kInvalidArgument, reason::kBadOption,
              "the canonicalization is not simple or relaxed for the header, with an optional "
              "/simple or /relaxed for the body");
}

// hdr-name: field-name of RFC 5322 §3.6.8.
bool IsFieldName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), IsAsciiVisible) &&
         name.find(':') == std::string_view::npos;
}

Result<std::vector<std::string>> ParseHeaderNames(std::string_view value) {
  std::vector<std::string> names;
  for (const std::string_view part : Split(value, ':')) {
    const std::string_view name = TrimFoldingSpace(part);
    if (!IsFieldName(name)) return BadField("has a bad field name in h=");
    names.emplace_back(name);
  }
  const bool has_from = std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return EqualsIgnoringAsciiCase(name, "from");
  });
  if (!has_from) return BadField("has an h= without From");
  return names;
}

Result<std::optional<std::int64_t>> ParseTime(const TagList& tags, std::string_view name) {
  const auto digits = tags.Find(name);
  if (!digits) return std::nullopt;
  const bool valid = !digits->empty() && digits->size() <= kMaxTimeDigits &&
                     std::all_of(digits->begin(), digits->end(), IsAsciiDigit);
  if (!valid) return BadField("has a " + std::string(name) + "= that is no number of seconds");
  std::int64_t seconds = 0;
  std::from_chars(digits->data(), digits->data() + digits->size(), seconds);
  return seconds;
}

Result<std::string> ParseIdentity(const TagList& tags, const Domain& domain) {
  const auto value = tags.Find("i");
  if (!value) return std::string();
  auto identity = DecodeQuotedPrintable(RemoveFoldingSpace(*value));
  if (!identity) return BadField("has an i= that is no quoted-printable");
  const std::size_t at = identity->rfind('@');
  if (at == std::string::npos) return BadField("has an i= without '@'");
  const auto below = Domain::Parse(std::string_view(*identity).substr(at + 1));
  if (!below || !below->IsAtOrBelow(domain)) {
    return BadField("has an i= that is not at or below d=");
  }
  return *std::move(identity);
}

// What a tag list must and must not have before its values are looked at.
Outcome CheckTags(const TagList& tags) {
  for (const std::string_view name : {"v", "a", "b", "bh", "d", "h", "s"}) {
    if (!tags.Find(name)) return BadField("has no " + std::string(name) + "=");
  }
  if (tags.Find("v") != "1") return BadField("has a v= other than 1");
  if (tags.Find("l")) return BadField("has l=, which lets anyone add to the body");
  const auto queries = Split(tags.Find("q").value_or("dns/txt"), ':');
  const bool txt = std::any_of(queries.begin(), queries.end(), [](std::string_view query) {
    return TrimFoldingSpace(query) == "dns/txt";
  });
  if (!txt) return BadField("has a q= without dns/txt");
  return {};
}

// i=, t= and x= into `field`.
Outcome ParseOptionalTags(const TagList& tags, SignatureField& field) {
  auto identity = ParseIdentity(tags, field.domain);
  if (!identity) return Forward(identity);
  const auto signed_at = ParseTime(tags, "t");
  if (!signed_at) return Forward(signed_at);
  const auto expires_at = ParseTime(tags, "x");
  if (!expires_at) return Forward(expires_at);
  if (*signed_at && *expires_at && **expires_at <= **signed_at) {
    return BadField("has an x= not later than t=");
  }
  field.identity = *std::move(identity);
  field.signed_at = *signed_at;
  field.expires_at = *expires_at;
  return {};
}

// a=, c=, d= and s=: where the field begins to exist.
Result<SignatureField> ParseKeyTags(const TagList& tags) {
  const auto algorithm = ParseAlgorithm(*tags.Find("a"));
  if (!algorithm) return BadField("has an a= other than rsa-sha256 and ed25519-sha256");
  const auto canonicalization = ParseCanonicalization(tags.Find("c").value_or("simple/simple"));
  if (!canonicalization) return BadField("has an unknown c=");
  auto domain = Domain::Parse(*tags.Find("d"));
  if (!domain) return BadField("has a d= that is no domain");
  auto selector = Selector::Parse(*tags.Find("s"), Underscore::kAllowed);
  if (!selector) return BadField("has an s= that is no selector");
  return SignatureField{.algorithm = *algorithm,
                        .canonicalization = *canonicalization,
                        .domain = *std::move(domain),
                        .selector = *std::move(selector),
                        .identity = {},
                        .header_names = {},
                        .body_hash = {},
                        .signature = {},
                        .signed_at = {},
                        .expires_at = {}};
}

// h=, bh= and b= into `field`.
Outcome ParseHashTags(const TagList& tags, SignatureField& field) {
  auto names = ParseHeaderNames(*tags.Find("h"));
  if (!names) return Forward(names);
  auto body_hash = DecodeBase64(*tags.Find("bh"));
  if (!body_hash || body_hash->size() != Sha256Digest::kSize) {
    return BadField("has a bh= that is not the base64 of 32 bytes");
  }
  auto signature = DecodeBase64(*tags.Find("b"));
  if (!signature) return BadField("has a b= that is no base64");
  field.header_names = *std::move(names);
  field.body_hash = *std::move(body_hash);
  field.signature = *std::move(signature);
  return {};
}

std::string JoinNames(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (&name == names.data() ? "" : ":") + name;
  return text;
}

}  // namespace

std::string_view CanonicalizationName(Canonicalization canonicalization) {
  switch (canonicalization) {
    case Canonicalization::kSimple:
      return "simple";
    case Canonicalization::kRelaxed:
      return "relaxed";
  }
  std::abort();
}

Result<CanonicalizationPair> ParseCanonicalization(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto header = ParseOneCanonicalization(text.substr(0, slash));
  if (!header) return Forward(header);
  if (slash == std::string_view::npos) {
    return CanonicalizationPair{.header = *header, .body = Canonicalization::kSimple};
  }
  const auto body = ParseOneCanonicalization(text.substr(slash + 1));
  if (!body) return Forward(body);
  return CanonicalizationPair{.header = *header, .body = *body};
}

std::vector<Tag> SignatureTags(const SignatureField& field) {
  std::vector<Tag> tags = {{"v", "1"},
                           {"a", std::string(AlgorithmName(field.algorithm))},
                           {"c", CanonicalizationText(field.canonicalization)},
                           {"d", field.domain.str()},
                           {"s", field.selector.str()}};
  if (!field.identity.empty()) tags.push_back({"i", EncodeQuotedPrintable(field.identity)});
  if (field.signed_at) tags.push_back({"t", std::to_string(*field.signed_at)});
  if (field.expires_at) tags.push_back({"x", std::to_string(*field.expires_at)});
  tags.push_back({"h", JoinNames(field.header_names)});
  tags.push_back({"bh", EncodeBase64(field.body_hash)});
  tags.push_back({"b", EncodeBase64(field.signature)});
  return tags;
}

Result<SignatureField> ParseSignatureField(std::string_view value) {
  const auto tags = TagList::Parse(value);
  if (!tags) return Forward(tags);
  if (const auto checked = CheckTags(*tags); !checked) return Forward(checked);
  auto field = ParseKeyTags(*tags);
  if (!field) return field;
  if (const auto optional = ParseOptionalTags(*tags, *field); !optional) return Forward(optional);
  if (const auto hashes = ParseHashTags(*tags, *field); !hashes) return Forward(hashes);
  return field;
}

}  // namespace dkimkeeper

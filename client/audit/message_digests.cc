#include "client/audit/message_digests.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "client/dkim/body_hash.h"
#include "client/dkim/header_block.h"
#include "client/dkim/header_hash.h"
#include "client/dkim/header_parser.h"
#include "client/dkim/header_selection.h"
#include "proto/dkim/ascii.h"
#include "proto/dkim/base64.h"
#include "proto/dkim/tag_list.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kLongestHeader = 1'048'576;
constexpr std::size_t kPiece = 65'536;

tl::unexpected<Error> BadMessage(const char* what) {
  return Fail(Code::kInvalidArgument, reason::kBadMessage, what);
}

struct Parsed {
  SignatureDigest signature;
  std::string body_hash;
  Canonicalization body;
  bool limited;  // l=
};

std::vector<std::string> NamesOf(std::string_view value) {
  std::vector<std::string> names;
  for (;;) {
    const std::size_t colon = value.find(':');
    names.emplace_back(TrimFoldingSpace(value.substr(0, colon)));
    if (colon == std::string_view::npos) return names;
    value.remove_prefix(colon + 1);
  }
}

std::string Text(const TagList& tags, std::string_view name) {
  return std::string(tags.Find(name).value_or(""));
}

std::optional<Parsed> Parse(const HeaderBlock& header, const HeaderField& field) {
  const auto tags = TagList::Parse(field.value());
  if (!tags || !tags->Find("h") || !tags->Find("d") || !tags->Find("s") || !tags->Find("a"))
    return std::nullopt;
  const auto canonicalization =
      ParseCanonicalization(tags->Find("c").value_or("simple/simple"));  // RFC 6376 §3.5
  const auto body_hash = DecodeBase64(Text(*tags, "bh"));
  const auto unsigned_field = WithoutSignature(field);
  if (!canonicalization || !body_hash || !unsigned_field) return std::nullopt;
  const auto names = NamesOf(*tags->Find("h"));
  const auto digest =
      HashHeader(canonicalization->header, SelectFields(header, names), *unsigned_field);
  if (!digest) return std::nullopt;
  return Parsed{.signature = {.domain = Text(*tags, "d"),
                              .selector = Text(*tags, "s"),
                              .algorithm = Text(*tags, "a"),
                              .digest = *digest},
                .body_hash = *body_hash,
                .body = canonicalization->body,
                .limited = tags->Find("l").has_value()};
}

std::vector<Parsed> ParseAll(const HeaderBlock& header) {
  std::vector<Parsed> all;
  for (const HeaderField& field : header.fields()) {
    if (!EqualsIgnoringAsciiCase(field.name(), "DKIM-Signature")) continue;
    if (auto parsed = Parse(header, field)) all.push_back(*std::move(parsed));
  }
  return all;
}

std::string_view ReadPiece(std::istream& message, std::array<char, kPiece>& buffer) {
  message.read(buffer.data(), kPiece);
  return {buffer.data(), static_cast<std::size_t>(message.gcount())};
}

}  // namespace

Result<HeaderField> WithoutSignature(const HeaderField& field) {
  const std::string& text = field.text();
  std::size_t at = text.size() - field.value().size();
  for (;;) {
    const std::size_t end = std::min(text.find(';', at), text.size());
    const std::size_t equals = text.find('=', at);
    if (equals < end && TrimFoldingSpace(text.substr(at, equals - at)) == "b") {
      std::string without = text.substr(0, equals + 1) + text.substr(end);
      return HeaderField::Parse(std::move(without), "The DKIM-Signature field");
    }
    if (end == text.size()) return BadMessage("the DKIM-Signature field has no b=");
    at = end + 1;
  }
}

Result<std::vector<SignatureDigest>> DigestsOf(std::istream& message) {
  HeaderBlock header(kLongestHeader);
  HeaderParser parser(BareNewline::kFix, header);
  std::array<char, kPiece> buffer{};
  std::string_view body;
  while (!parser.complete()) {
    const std::string_view piece = ReadPiece(message, buffer);
    if (piece.empty()) {
      if (const Outcome finished = parser.Finish(); !finished) return Forward(finished);
      break;
    }
    const auto rest = parser.Append(piece);
    if (!rest) return Forward(rest);
    body = *rest;
  }
  std::vector<Parsed> all = ParseAll(header);
  BodyHash hash(BareNewline::kFix);
  for (const Parsed& each : all) hash.Require(each.body);
  do {
    if (const Outcome appended = hash.Append(body); !appended) return Forward(appended);
    body = ReadPiece(message, buffer);
  } while (!body.empty());
  if (const Outcome finished = hash.Finish(); !finished) return Forward(finished);
  if (message.bad()) return BadMessage("the message cannot be read to its end");
  if (all.empty()) return BadMessage("the message has no DKIM-Signature that can be understood");
  std::vector<SignatureDigest> digests;
  for (Parsed& each : all) {
    if (!each.limited) {
      const bool same = hash.DigestOf(each.body).ToBytes() == each.body_hash;
      each.signature.body = same ? BodyAgreement::kSame : BodyAgreement::kOther;
    }
    digests.push_back(std::move(each.signature));
  }
  return digests;
}

}  // namespace dkimkeeper

#include "client/reference/reference_body.h"

#include <optional>

#include "client/reference/der.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kEd25519Size = 32;
// SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING }, all of it that stands before the key.
constexpr std::string_view kEd25519Head = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"sv;
// AlgorithmIdentifier of rsaEncryption: OID 1.2.840.113549.1.1.1, NULL.
constexpr std::string_view kRsaAlgorithm =
    "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"sv;

tl::unexpected<Error> Bad(const std::string& why) {
  return Fail(Code::kInvalidArgument, reason::kBadReference,
              "the key reference " + why +
                  "; write it anew with `dkimkeeper key reference DOMAIN SELECTOR`");
}

// The next element, with its tag and length.
std::optional<std::string_view> TakeWhole(DerTag tag, std::string_view& rest) {
  const std::string_view before = rest;
  if (!TakeDerElement(tag, rest)) return std::nullopt;
  return before.substr(0, before.size() - rest.size());
}

}  // namespace

std::string ToSubjectPublicKeyInfo(const PublicKey& key) {
  if (key.algorithm == Algorithm::kRsaSha256) return key.record_bytes;
  return std::string(kEd25519Head) + key.record_bytes;
}

std::optional<PublicKey> FromSubjectPublicKeyInfo(std::string_view spki) {
  if (spki.size() > kMaxReferencePublicKey) return std::nullopt;
  if (spki.starts_with(kEd25519Head)) {
    const std::string_view raw = spki.substr(kEd25519Head.size());
    if (raw.size() != kEd25519Size) return std::nullopt;
    return PublicKey{Algorithm::kEd25519Sha256, std::string(raw)};
  }
  std::string_view rest = spki;
  const auto contents = TakeDerElement(DerTag::kSequence, rest);
  if (!contents || !rest.empty() || !contents->starts_with(kRsaAlgorithm)) return std::nullopt;
  return PublicKey{Algorithm::kRsaSha256, std::string(spki)};
}

Result<std::string> EncodeReferenceBody(const ReferenceBody& body) {
  const std::string spki = ToSubjectPublicKeyInfo(body.public_key);
  if (FromSubjectPublicKeyInfo(spki) != body.public_key) {
    return Bad("has no public key of its algorithm");
  }
  return DerElement(DerTag::kSequence,
                    DerElement(DerTag::kUtf8String, body.reference.Uri()) + spki);
}

Result<ReferenceBody> DecodeReferenceBody(std::string_view der) {
  const auto contents = TakeDerElement(DerTag::kSequence, der);
  if (!contents || !der.empty()) return Bad("is not one DER sequence");
  std::string_view rest = *contents;
  const auto uri = TakeDerElement(DerTag::kUtf8String, rest);
  if (!uri) return Bad("names no key");
  const auto reference = Reference::Parse(*uri);
  if (!reference) return Forward(reference);
  if (reference->Uri() != *uri) return Bad("names its key in letters that are not all lower-case");
  const auto spki = TakeWhole(DerTag::kSequence, rest);
  if (!spki || !rest.empty()) return Bad("does not end with a public key");
  auto key = FromSubjectPublicKeyInfo(*spki);
  if (!key) return Bad("holds a public key that is neither RSA nor Ed25519");
  return ReferenceBody{*reference, *std::move(key)};
}

}  // namespace dkimkeeper

#include "hsm/pkcs11/key_reader.h"

#include <array>
#include <cstring>
#include <optional>

#include "hsm/key_purpose.h"
#include "hsm/pkcs11/attribute_values.h"
#include "hsm/pkcs11/mechanisms.h"
#include "hsm/pkcs11/public_key_codec.h"
#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

using Types = std::span<const CK_ATTRIBUTE_TYPE>;

constexpr std::array<CK_ATTRIBUTE_TYPE, 13> kCommon = {CKA_KEY_TYPE,
                                                       CKA_ID,
                                                       CKA_LABEL,
                                                       CKA_SENSITIVE,
                                                       CKA_ALWAYS_SENSITIVE,
                                                       CKA_EXTRACTABLE,
                                                       CKA_NEVER_EXTRACTABLE,
                                                       CKA_LOCAL,
                                                       CKA_MODIFIABLE,
                                                       CKA_DECRYPT,
                                                       CKA_UNWRAP,
                                                       CKA_DERIVE,
                                                       CKA_SIGN_RECOVER};
constexpr std::array<CK_ATTRIBUTE_TYPE, 2> kRsaPublic = {CKA_MODULUS, CKA_PUBLIC_EXPONENT};
constexpr std::array<CK_ATTRIBUTE_TYPE, 2> kEdwardsPublic = {CKA_EC_PARAMS, CKA_EC_POINT};
constexpr std::array<CK_ATTRIBUTE_TYPE, 1> kPublicKeyInfo = {CKA_PUBLIC_KEY_INFO};
constexpr std::array<CK_ATTRIBUTE_TYPE, 1> kAllowedMechanisms = {CKA_ALLOWED_MECHANISMS};

tl::unexpected<Trouble> Unusable(const KeyId& id, std::string_view why) {
  return Refuse(Code::kFailedPrecondition, reason::kTokenRefused,
                "The token's key " + id.ToHex() + " " + std::string(why) + ".");
}

std::optional<Algorithm> AlgorithmOf(const AttributeValues& values) {
  const std::optional<CK_ULONG> type = values.Number(CKA_KEY_TYPE);
  if (type == CKK_RSA) return Algorithm::kRsaSha256;
  if (type == CKK_EC_EDWARDS) return Algorithm::kEd25519Sha256;
  return std::nullopt;
}

// From an object of either half that shows the numbers or the point.
std::optional<PublicKey> Decode(const CryptoLibrary& library, Algorithm algorithm,
                                const AttributeValues& values) {
  if (algorithm == Algorithm::kRsaSha256) {
    const auto modulus = values.Bytes(CKA_MODULUS);
    const auto exponent = values.Bytes(CKA_PUBLIC_EXPONENT);
    if (!modulus || !exponent) return std::nullopt;
    return FromRsaNumbers(library, *modulus, *exponent);
  }
  const auto params = values.Bytes(CKA_EC_PARAMS);
  const auto point = values.Bytes(CKA_EC_POINT);
  if (!params || !point || !IsEd25519(*params)) return std::nullopt;
  return FromEdwardsPoint(*point);
}

Attempt<std::optional<PublicKey>> ReadPublicHalf(const Session& session,
                                                 const CryptoLibrary& library, Algorithm algorithm,
                                                 CK_OBJECT_HANDLE object) {
  const Types types = algorithm == Algorithm::kRsaSha256 ? Types(kRsaPublic) : kEdwardsPublic;
  const Attempt<AttributeValues> values = AttributeValues::Read(session, object, types);
  if (!values) return PassOn(values);
  return Decode(library, algorithm, *values);
}

Attempt<std::optional<PublicKey>> ReadPublicKeyInfo(const Session& session,
                                                    const CryptoLibrary& library,
                                                    Algorithm algorithm, CK_OBJECT_HANDLE object) {
  const auto values = AttributeValues::Read(session, object, kPublicKeyInfo);
  if (!values) return PassOn(values);
  const std::optional<std::string> der = values->Bytes(CKA_PUBLIC_KEY_INFO);
  if (!der || der->empty()) return std::nullopt;
  std::optional<PublicKey> key = FromPublicKeyInfo(library, *der);
  if (key && key->algorithm != algorithm) key.reset();
  return key;
}

// Several public objects with one CKA_ID are one key only when they say the same.
Attempt<PublicKey> ReadFromPublicObjects(const Session& session, const CryptoLibrary& library,
                                         Algorithm algorithm, const KeyId& id,
                                         std::span<const CK_OBJECT_HANDLE> objects) {
  std::optional<PublicKey> agreed;
  for (const CK_OBJECT_HANDLE object : objects) {
    const auto key = ReadPublicHalf(session, library, algorithm, object);
    if (!key) return PassOn(key);
    if (!*key) continue;
    if (agreed && *agreed != **key) return Unusable(id, "has two public halves that differ");
    agreed = *key;
  }
  if (!agreed) return Unusable(id, "has no public half that can be read; import that too");
  return *agreed;
}

// In the order of trust: the private key's own numbers, its CKA_PUBLIC_KEY_INFO, other objects.
Attempt<PublicKey> ReadPublicKey(const Session& session, const CryptoLibrary& library,
                                 Algorithm algorithm, const KeyId& id,
                                 CK_OBJECT_HANDLE private_half,
                                 std::span<const CK_OBJECT_HANDLE> public_halves) {
  const auto own = ReadPublicHalf(session, library, algorithm, private_half);
  if (!own) return PassOn(own);
  if (*own) return **own;
  const auto info = ReadPublicKeyInfo(session, library, algorithm, private_half);
  if (!info) return PassOn(info);
  if (*info) return **info;
  return ReadFromPublicObjects(session, library, algorithm, id, public_halves);
}

Attempt<std::vector<std::string>> ReadAllowedMechanisms(const Session& session,
                                                        CK_OBJECT_HANDLE object) {
  const auto values = AttributeValues::Read(session, object, kAllowedMechanisms);
  if (!values) return PassOn(values);
  const std::string bytes = values->Bytes(CKA_ALLOWED_MECHANISMS).value_or("");
  std::vector<std::string> names;
  CK_MECHANISM_TYPE mechanism = 0;
  for (std::size_t at = 0; at + sizeof(mechanism) <= bytes.size(); at += sizeof(mechanism)) {
    std::memcpy(&mechanism, bytes.data() + at, sizeof(mechanism));
    names.push_back(MechanismName(mechanism));
  }
  return names;
}

KeyAttributes AttributesOf(const AttributeValues& values) {
  KeyAttributes attributes;
  attributes.sensitive = values.Flag(CKA_SENSITIVE);
  attributes.always_sensitive = values.Flag(CKA_ALWAYS_SENSITIVE);
  attributes.extractable = values.Flag(CKA_EXTRACTABLE);
  attributes.never_extractable = values.Flag(CKA_NEVER_EXTRACTABLE);
  attributes.local = values.Flag(CKA_LOCAL);
  attributes.modifiable = values.Flag(CKA_MODIFIABLE);
  attributes.may_decrypt = values.Flag(CKA_DECRYPT) || values.Flag(CKA_UNWRAP) ||
                           values.Flag(CKA_DERIVE) || values.Flag(CKA_SIGN_RECOVER);
  return attributes;
}

}  // namespace

Attempt<TokenKey> ReadKey(const Session& session, const CryptoLibrary& library,
                          CK_OBJECT_HANDLE private_half,
                          std::span<const CK_OBJECT_HANDLE> public_halves) {
  const Attempt<AttributeValues> values = AttributeValues::Read(session, private_half, kCommon);
  if (!values) return PassOn(values);
  Result<KeyId> id = KeyId::FromBytes(values->Bytes(CKA_ID).value_or(""));
  if (!id) return Refuse(id.error());
  const std::optional<Algorithm> algorithm = AlgorithmOf(*values);
  if (!algorithm) return Unusable(*id, "is neither RSA nor Ed25519");

  Attempt<PublicKey> public_key =
      ReadPublicKey(session, library, *algorithm, *id, private_half, public_halves);
  if (!public_key) return PassOn(public_key);
  Attempt<std::vector<std::string>> mechanisms = ReadAllowedMechanisms(session, private_half);
  if (!mechanisms) return PassOn(mechanisms);
  const KeyPointer parsed = ToOpenSsl(library, *public_key);
  if (parsed == nullptr) return Unusable(*id, "has a public half that is no key");

  TokenKey key{.id = std::move(*id),
               .label = values->Bytes(CKA_LABEL).value_or(""),
               .public_key = std::move(*public_key),
               .attributes = AttributesOf(*values)};
  key.purpose = PurposeOfLabel(key.label);
  key.attributes.allowed_mechanisms = std::move(*mechanisms);
  if (*algorithm == Algorithm::kRsaSha256) {
    key.rsa_bits = static_cast<unsigned>(EVP_PKEY_get_bits(parsed.get()));
  }
  return key;
}

}  // namespace dkimkeeper::pkcs11

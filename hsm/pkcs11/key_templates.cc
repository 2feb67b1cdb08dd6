#include "hsm/pkcs11/key_templates.h"

#include "hsm/pkcs11/public_key_codec.h"

namespace dkimkeeper::pkcs11 {
namespace {

constexpr std::string_view kExponent65537("\x01\x00\x01", 3);
constexpr std::size_t kStrictnesses = 3;

struct Variant {
  bool restrict_mechanisms;
  bool unmodifiable;
  bool curve_by_name;
};

Variant VariantOf(std::size_t number) {
  const std::size_t strictness = number % kStrictnesses;
  return {strictness == 0, strictness <= 1, number >= kStrictnesses};
}

AttributeTemplate PublicHalf(const KeySpec& spec, const Variant& variant) {
  AttributeTemplate half;
  half.Flag(CKA_TOKEN, true)
      .Flag(CKA_PRIVATE, false)
      .Flag(CKA_VERIFY, true)
      .Flag(CKA_VERIFY_RECOVER, false)
      .Flag(CKA_ENCRYPT, false)
      .Flag(CKA_WRAP, false)
      .Bytes(CKA_ID, spec.id.bytes())
      .Bytes(CKA_LABEL, spec.label);
  if (variant.unmodifiable) half.Flag(CKA_MODIFIABLE, false);
  if (spec.algorithm == Algorithm::kRsaSha256) {
    half.Number(CKA_MODULUS_BITS, spec.rsa_bits).Bytes(CKA_PUBLIC_EXPONENT, kExponent65537);
  } else {
    half.Bytes(CKA_EC_PARAMS, variant.curve_by_name ? kEd25519Name : kEd25519Oid);
  }
  return half;
}

// Nothing but signing, and no way out.
AttributeTemplate PrivateHalf(const KeySpec& spec, const Variant& variant) {
  AttributeTemplate half;
  half.Flag(CKA_TOKEN, true)
      .Flag(CKA_PRIVATE, true)
      .Flag(CKA_SENSITIVE, true)
      .Flag(CKA_EXTRACTABLE, false)
      .Flag(CKA_SIGN, true)
      .Flag(CKA_SIGN_RECOVER, false)
      .Flag(CKA_DECRYPT, false)
      .Flag(CKA_UNWRAP, false)
      .Flag(CKA_DERIVE, false)
      .Bytes(CKA_ID, spec.id.bytes())
      .Bytes(CKA_LABEL, spec.label);
  if (variant.unmodifiable) half.Flag(CKA_MODIFIABLE, false);
  if (variant.restrict_mechanisms) {
    const bool rsa = spec.algorithm == Algorithm::kRsaSha256;
    half.Number(CKA_ALLOWED_MECHANISMS, rsa ? CKM_RSA_PKCS : CKM_EDDSA);
  }
  return half;
}

}  // namespace

AttributeTemplate MatchClass(CK_OBJECT_CLASS object_class) {
  AttributeTemplate match;
  match.Number(CKA_CLASS, object_class).Flag(CKA_TOKEN, true);
  return match;
}

AttributeTemplate MatchKey(CK_OBJECT_CLASS object_class, const KeyId& id) {
  AttributeTemplate match = MatchClass(object_class);
  match.Bytes(CKA_ID, id.bytes());
  return match;
}

AttributeTemplate MatchLabel(CK_OBJECT_CLASS object_class, std::string_view label) {
  AttributeTemplate match = MatchClass(object_class);
  match.Bytes(CKA_LABEL, label);
  return match;
}

std::size_t TemplateVariants(Algorithm algorithm) {
  return algorithm == Algorithm::kRsaSha256 ? kStrictnesses : 2 * kStrictnesses;
}

KeyPairTemplate BuildKeyPair(const KeySpec& spec, std::size_t variant) {
  const bool rsa = spec.algorithm == Algorithm::kRsaSha256;
  return {rsa ? CKM_RSA_PKCS_KEY_PAIR_GEN : CKM_EC_EDWARDS_KEY_PAIR_GEN,
          PublicHalf(spec, VariantOf(variant)), PrivateHalf(spec, VariantOf(variant))};
}

bool IsAboutTemplate(CK_RV rv) {
  switch (rv) {
    case CKR_ATTRIBUTE_READ_ONLY:
    case CKR_ATTRIBUTE_TYPE_INVALID:
    case CKR_ATTRIBUTE_VALUE_INVALID:
    case CKR_TEMPLATE_INCOMPLETE:
    case CKR_TEMPLATE_INCONSISTENT:
    case CKR_CURVE_NOT_SUPPORTED:
    case CKR_DOMAIN_PARAMS_INVALID:
      return true;
    default:
      return false;
  }
}

}  // namespace dkimkeeper::pkcs11

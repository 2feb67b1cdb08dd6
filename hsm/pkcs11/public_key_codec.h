// Public keys as tokens write them ↔ as DNS publishes them.
#ifndef HSM_PKCS11_PUBLIC_KEY_CODEC_H_
#define HSM_PKCS11_PUBLIC_KEY_CODEC_H_

#include <optional>
#include <string>
#include <string_view>

#include "hsm/pkcs11/crypto_library.h"
#include "proto/dkim/public_key.h"

namespace dkimkeeper::pkcs11 {

// CKA_MODULUS and CKA_PUBLIC_EXPONENT, both big-endian. Nothing for numbers that make no key.
[[nodiscard]] std::optional<PublicKey> FromRsaNumbers(const CryptoLibrary& library,
                                                      std::string_view modulus,
                                                      std::string_view exponent);

// DER SubjectPublicKeyInfo (CKA_PUBLIC_KEY_INFO). Nothing unless RSA or Ed25519.
[[nodiscard]] std::optional<PublicKey> FromPublicKeyInfo(const CryptoLibrary& library,
                                                         std::string_view der);

// CKA_EC_POINT: a DER OCTET STRING of 32 bytes (PKCS#11 3.0 §2.3.5), or the 32 bytes themselves.
[[nodiscard]] std::optional<PublicKey> FromEdwardsPoint(std::string_view point);

// CKA_EC_PARAMS of Ed25519: OID 1.3.101.112 or PrintableString "edwards25519".
[[nodiscard]] bool IsEd25519(std::string_view ec_params);
inline constexpr std::string_view kEd25519Oid = "\x06\x03\x2b\x65\x70";
inline constexpr std::string_view kEd25519Name =
    "\x13\x0c"
    "edwards25519";

// The key for OpenSSL; null when it does not parse.
[[nodiscard]] KeyPointer ToOpenSsl(const CryptoLibrary& library, const PublicKey& key);

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_PUBLIC_KEY_CODEC_H_

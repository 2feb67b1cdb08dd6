#include "hsm/pkcs11/public_key_codec.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <memory>

namespace dkimkeeper::pkcs11 {
namespace {

constexpr std::size_t kEd25519Size = 32;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

using Number = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;

Number ToNumber(std::string_view big_endian) {
  return Number(BN_bin2bn(Bytes(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

KeyPointer RsaKey(const CryptoLibrary& library, const BIGNUM* modulus, const BIGNUM* exponent) {
  const std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>> build(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, exponent) != 1) {
    return nullptr;
  }
  const std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>> params(
      OSSL_PARAM_BLD_to_param(build.get()));
  const std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>> context(
      EVP_PKEY_CTX_new_from_name(library.context(), "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return KeyPointer(key);
}

std::optional<PublicKey> RsaRecord(const EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) {
    ERR_clear_error();
    return std::nullopt;
  }
  PublicKey record{Algorithm::kRsaSha256,
                   std::string(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size))};
  OPENSSL_free(der);
  return record;
}

KeyPointer ParsePublicKeyInfo(const CryptoLibrary& library, std::string_view der) {
  const unsigned char* at = Bytes(der);
  KeyPointer key(
      d2i_PUBKEY_ex(nullptr, &at, static_cast<long>(der.size()), library.context(), nullptr));
  if (key == nullptr) ERR_clear_error();
  const bool whole = at == Bytes(der) + der.size();
  return whole ? std::move(key) : nullptr;
}

}  // namespace

std::optional<PublicKey> FromRsaNumbers(const CryptoLibrary& library, std::string_view modulus,
                                        std::string_view exponent) {
  const Number n = ToNumber(modulus);
  const Number e = ToNumber(exponent);
  if (n == nullptr || e == nullptr || BN_is_zero(n.get()) || !BN_is_odd(e.get())) {
    return std::nullopt;
  }
  const KeyPointer key = RsaKey(library, n.get(), e.get());
  return key == nullptr ? std::nullopt : RsaRecord(key.get());
}

std::optional<PublicKey> FromPublicKeyInfo(const CryptoLibrary& library, std::string_view der) {
  const KeyPointer key = ParsePublicKeyInfo(library, der);
  if (key == nullptr) return std::nullopt;
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1) return RsaRecord(key.get());
  if (EVP_PKEY_is_a(key.get(), "ED25519") != 1) return std::nullopt;
  std::string raw(kEd25519Size, '\0');
  std::size_t size = raw.size();
  EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
  return PublicKey{Algorithm::kEd25519Sha256, std::move(raw)};
}

std::optional<PublicKey> FromEdwardsPoint(std::string_view point) {
  constexpr std::string_view kOctetString("\x04\x20", 2);
  if (point.size() == kOctetString.size() + kEd25519Size && point.starts_with(kOctetString)) {
    point.remove_prefix(kOctetString.size());
  }
  if (point.size() != kEd25519Size) return std::nullopt;
  return PublicKey{Algorithm::kEd25519Sha256, std::string(point)};
}

bool IsEd25519(std::string_view ec_params) {
  return ec_params == kEd25519Oid || ec_params == kEd25519Name;
}

KeyPointer ToOpenSsl(const CryptoLibrary& library, const PublicKey& key) {
  if (key.algorithm == Algorithm::kRsaSha256) {
    KeyPointer parsed = ParsePublicKeyInfo(library, key.record_bytes);
    return parsed != nullptr && EVP_PKEY_is_a(parsed.get(), "RSA") == 1 ? std::move(parsed)
                                                                        : nullptr;
  }
  return KeyPointer(EVP_PKEY_new_raw_public_key_ex(
      library.context(), "ED25519", nullptr, Bytes(key.record_bytes), key.record_bytes.size()));
}

}  // namespace dkimkeeper::pkcs11

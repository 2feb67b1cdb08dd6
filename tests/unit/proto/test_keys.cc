#include "tests/unit/proto/test_keys.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <array>
#include <cstdlib>
#include <memory>

namespace dkimkeeper {
namespace {

template <auto kFree>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

void Require(bool holds) {
  if (!holds) std::abort();
}

std::string ToInfo(const Key& key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  Require(size > 0);
  std::string info(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return info;
}

}  // namespace

std::string NewRsaPublicKeyInfo(const char* type, std::size_t bits) {
  const Number modulus(BN_new());
  Require(BN_rand(modulus.get(), static_cast<int>(bits), BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD) == 1);
  const Builder builder(OSSL_PARAM_BLD_new());
  Require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1);
  Require(OSSL_PARAM_BLD_push_uint(builder.get(), OSSL_PKEY_PARAM_RSA_E, 65537) == 1);
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  Require(EVP_PKEY_fromdata_init(context.get()) == 1);
  Require(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) == 1);
  return ToInfo(Key(key));
}

std::string NewCurvePublicKeyInfo(const char* type) {
  std::array<unsigned char, 32> octets{};
  Require(RAND_bytes(octets.data(), octets.size()) == 1);
  return ToInfo(
      Key(EVP_PKEY_new_raw_public_key_ex(nullptr, type, nullptr, octets.data(), octets.size())));
}

PublicKey NewRsaKey(std::size_t bits) {
  return {Algorithm::kRsaSha256, NewRsaPublicKeyInfo("RSA", bits)};
}

PublicKey NewEd25519Key() {
  // The key is the last 32 octets of its SubjectPublicKeyInfo (RFC 8410 §4).
  return {Algorithm::kEd25519Sha256, NewCurvePublicKeyInfo("ED25519").substr(12)};
}

}  // namespace dkimkeeper

// The one place that calls for OpenSSL's RSA objects: SoftHSM uses them (OpenSSL 3 deprecates
// them).
#define OPENSSL_SUPPRESS_DEPRECATED
#include "hsm/program/rsa_blindings.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/rsa.h>

#include <vector>

#include "hsm/pkcs11/crypto_library.h"

namespace dkimkeeper {
namespace {

using pkcs11::FreeWith;
using Number = std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>>;
using Montgomery = std::unique_ptr<BN_MONT_CTX, FreeWith<BN_MONT_CTX_free>>;
using Blinding = std::unique_ptr<BN_BLINDING, FreeWith<BN_BLINDING_free>>;

// To the private exponent, without another blinding; as RSA_private_encrypt(3) returns.
int RaiseBlinded(std::span<unsigned char> octets, RSA* rsa) {
  const bool blinds = RSA_test_flags(rsa, RSA_FLAG_NO_BLINDING) == 0;
  RSA_set_flags(rsa, RSA_FLAG_NO_BLINDING);
  const int written = RSA_meth_get_priv_enc(RSA_get_method(rsa))(
      static_cast<int>(octets.size()), octets.data(), octets.data(), rsa, RSA_NO_PADDING);
  if (blinds) RSA_clear_flags(rsa, RSA_FLAG_NO_BLINDING);
  return written;
}

}  // namespace

// The blinding refers to the other three.
struct RsaBlindings::Place {
  Number modulus;
  Number exponent;
  Montgomery montgomery;
  Blinding blinding;

  // Without one where OpenSSL failed.
  static std::unique_ptr<Place> For(const BIGNUM* n, const BIGNUM* e, BN_CTX* numbers) {
    auto place = std::make_unique<Place>();
    place->modulus.reset(BN_dup(n));
    place->exponent.reset(BN_dup(e));
    place->montgomery.reset(BN_MONT_CTX_new());
    if (!place->modulus || !place->exponent || !place->montgomery) return nullptr;
    // As RSA_setup_blinding() has it: the inversion takes the same time for each random number.
    BN_set_flags(place->modulus.get(), BN_FLG_CONSTTIME);
    if (BN_MONT_CTX_set(place->montgomery.get(), n, numbers) != 1) return nullptr;
    place->blinding.reset(BN_BLINDING_create_param(nullptr, place->exponent.get(),
                                                   place->modulus.get(), numbers, BN_mod_exp_mont,
                                                   place->montgomery.get()));
    return place->blinding ? std::move(place) : nullptr;
  }
};

RsaBlindings::RsaBlindings() : numbers_(BN_CTX_new()) {}

RsaBlindings::~RsaBlindings() { BN_CTX_free(numbers_); }

RsaBlindings::Place* RsaBlindings::PlaceOf(const RSA* rsa) {
  const BIGNUM* n = RSA_get0_n(rsa);
  const BIGNUM* e = RSA_get0_e(rsa);
  if (numbers_ == nullptr || n == nullptr || e == nullptr) return nullptr;
  std::unique_ptr<Place>& place = places_.at(BN_mod_word(n, kPlaces) % kPlaces);
  if (!place || BN_cmp(place->modulus.get(), n) != 0 || BN_cmp(place->exponent.get(), e) != 0) {
    place = Place::For(n, e, numbers_);
    made_ += place ? 1 : 0;
  }
  return place.get();
}

int RsaBlindings::Sign(std::span<const unsigned char> from, unsigned char* to, RSA* rsa) {
  Place* place = PlaceOf(rsa);
  if (place == nullptr) return -1;
  const int size = RSA_size(rsa);
  std::vector<unsigned char> octets(static_cast<std::size_t>(size));
  const Number value(BN_new());
  const bool blinded =
      value &&
      RSA_padding_add_PKCS1_type_1(octets.data(), size, from.data(),
                                   static_cast<int>(from.size())) == 1 &&
      BN_bin2bn(octets.data(), size, value.get()) != nullptr &&
      BN_BLINDING_convert_ex(value.get(), nullptr, place->blinding.get(), numbers_) == 1 &&
      BN_bn2binpad(value.get(), octets.data(), size) == size;
  if (!blinded || RaiseBlinded(octets, rsa) != size) return -1;
  const bool signature =
      BN_bin2bn(octets.data(), size, value.get()) != nullptr &&
      BN_BLINDING_invert_ex(value.get(), nullptr, place->blinding.get(), numbers_) == 1 &&
      BN_bn2binpad(value.get(), to, size) == size;
  return signature ? size : -1;
}

}  // namespace dkimkeeper

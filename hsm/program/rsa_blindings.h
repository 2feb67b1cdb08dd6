// RSA blinding that outlives the object it was made for.
#ifndef HSM_PROGRAM_RSA_BLINDINGS_H_
#define HSM_PROGRAM_RSA_BLINDINGS_H_

#include <openssl/types.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>

namespace dkimkeeper {

// OpenSSL blinds what it raises to a private exponent (BN_BLINDING: the value times a random number
// to the public exponent; Kocher, CRYPTO '96), so that the time it takes says nothing of the key.
// It keeps the blinding in the RSA object, squares it at each use and draws a new one after 32.
// SoftHSM 2.6 makes a new RSA object for each C_Sign and so pays each time for a blinding, an
// inversion modulo n: 40 % of an RSA-2048 signature. This keeps it by modulus, as OpenSSL does for
// an object that stays, with the same squaring and renewal. It holds public values and random
// numbers, no part of a private key.
//
// For one thread. Holds at most kPlaces blindings, some 1.5 kB each with RSA-2048; a key whose
// place another one has draws a new one.
class RsaBlindings {
 public:
  static constexpr std::size_t kPlaces = 509;  // a prime: a modulus is odd

  RsaBlindings();
  RsaBlindings(const RsaBlindings&) = delete;
  RsaBlindings& operator=(const RsaBlindings&) = delete;
  ~RsaBlindings();

  // What RSA_private_encrypt(3) does with RSA_PKCS1_PADDING: signs `from` (a DigestInfo, RFC 8017
  // §9.2 step 2) into `to`, which has room for RSA_size(rsa) octets, and returns how many it wrote.
  // -1: it has no public exponent, `from` is too long for it, or OpenSSL failed. `rsa` is as it
  // was.
  [[nodiscard]] int Sign(std::span<const unsigned char> from, unsigned char* to, RSA* rsa);

  // How many blindings were drawn for a modulus that had none here.
  [[nodiscard]] std::size_t made() const { return made_; }

 private:
  struct Place;

  Place* PlaceOf(const RSA* rsa);

  BN_CTX* numbers_;
  std::array<std::unique_ptr<Place>, kPlaces> places_;
  std::size_t made_ = 0;
};

}  // namespace dkimkeeper

#endif  // HSM_PROGRAM_RSA_BLINDINGS_H_

// What a token can do (PKCS#11 2.40 §5.5, C_GetMechanismList).
#ifndef HSM_PKCS11_MECHANISMS_H_
#define HSM_PKCS11_MECHANISMS_H_

#include <string>
#include <vector>

#include "hsm/pkcs11/attempt.h"
#include "hsm/pkcs11/cryptoki.h"
#include "proto/dkim/algorithm.h"

namespace dkimkeeper::pkcs11 {

// "CKM_RSA_PKCS"; a mechanism without a name here is "0x1234".
[[nodiscard]] std::string MechanismName(CK_MECHANISM_TYPE mechanism);

// A value, read once from a token.
class Mechanisms {
 public:
  [[nodiscard]] static Attempt<Mechanisms> Read(const CK_FUNCTION_LIST& calls, CK_SLOT_ID slot);

  // Those the token signs with.
  [[nodiscard]] const std::vector<Algorithm>& algorithms() const { return algorithms_; }

  // INVALID_ARGUMENT/BAD_KEY_SIZE unless 2048, 3072 or 4096 bits (RSA);
  // FAILED_PRECONDITION/ALGORITHM_UNSUPPORTED where the token cannot generate or use such a key.
  [[nodiscard]] Outcome CheckGeneration(Algorithm algorithm, unsigned rsa_bits) const;

 private:
  [[nodiscard]] bool Signs(Algorithm algorithm) const;

  std::vector<Algorithm> algorithms_;
  bool generates_rsa_ = false;
  bool generates_ed25519_ = false;
  CK_ULONG min_rsa_bits_ = 0;
  CK_ULONG max_rsa_bits_ = 0;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_MECHANISMS_H_

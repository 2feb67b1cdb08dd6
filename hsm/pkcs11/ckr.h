// The table of failures: what a PKCS#11 return value means and what is done about it.
//
// Call sites never decide: they hand over the CK_RV and act on the Recovery.
#ifndef HSM_PKCS11_CKR_H_
#define HSM_PKCS11_CKR_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "hsm/pkcs11/cryptoki.h"
#include "proto/result.h"

namespace dkimkeeper::pkcs11 {

enum class Recovery : std::uint8_t {
  kSuccess,                  // nothing to recover from
  kRetry,                    // again, after a short pause
  kReplaceSession,           // again, in another session
  kShrinkPool,               // the token has no more sessions: make do with fewer
  kFindKeyAgain,             // the handle is stale: find the key, compare its public key
  kLogInAgain,               // C_Login, once for all threads
  kReinitialise,             // C_Finalize and C_Initialize, once for all threads
  kReplaceThenReinitialise,  // what nobody knows: first the mild way, then the hard one
  kFail,                     // the answer is no; asking again does not change it
  kStop,                     // the PIN: never again by itself
};

// When a code is met; some mean another thing then.
enum class Phase : std::uint8_t {
  kStartUp,     // from C_Initialize to the login: other processes may be starting too
  kGenerating,  // in C_GenerateKeyPair
  kRunning,
};

// Fixed strings; no state.
struct Treatment {
  Recovery recovery;
  Code code;
  std::string_view reason;
};

[[nodiscard]] Treatment Treat(CK_RV rv, Phase phase);

// "CKR_DEVICE_ERROR (0x30)"; a code without a name is "0x80000042".
[[nodiscard]] std::string CkrName(CK_RV rv);

// For the operator: "C_Sign answered CKR_DEVICE_ERROR (0x30): …what to do…".
[[nodiscard]] Error CkrError(CK_RV rv, std::string_view call, Phase phase);

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_CKR_H_

// The bare token, measured: C_SignInit and C_Sign, nothing of ours around them.
#ifndef HSM_PROGRAM_SIGN_LOOP_H_
#define HSM_PROGRAM_SIGN_LOOP_H_

#include <chrono>

#include "hsm/pkcs11/connection.h"

namespace dkimkeeper {

struct Measurement {
  Algorithm algorithm = Algorithm::kRsaSha256;
  unsigned rsa_bits = 0;  // 0 for Ed25519
  unsigned threads = 0;
  unsigned long signatures = 0;
  double per_second = 0;
  double p50_us = 0, p99_us = 0;  // of one signature
  double cpu_us = 0;              // of this process, the module's own threads included, a signature
};

// Signs with `key` from `threads` threads, each with a session of its own, for `duration`.
// NOT_FOUND/TOKEN_KEY_UNKNOWN; else what the token says.
[[nodiscard]] Result<Measurement> MeasureSigning(pkcs11::Connection& connection,
                                                 const TokenKey& key, unsigned threads,
                                                 std::chrono::seconds duration);

}  // namespace dkimkeeper

#endif  // HSM_PROGRAM_SIGN_LOOP_H_

// One thing asked of the token, in a form that can be tried again.
#ifndef HSM_PKCS11_OPERATION_H_
#define HSM_PKCS11_OPERATION_H_

#include <cstdint>
#include <string>

#include "hsm/pkcs11/attempt.h"
#include "hsm/pkcs11/session.h"
#include "hsm/token.h"

namespace dkimkeeper::pkcs11 {

// What a try happens in.
struct Circumstances {
  Deadline deadline;
  std::uint64_t epoch = 0;     // of the connection, while the session is held
  bool reinitialised = false;  // by this operation: what is not seen now is not there
};

// Each kind of operation is a small class that keeps its own result. Used by one thread.
class Operation {
 public:
  Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation() = default;

  // For the operator: "signing with key 00ff".
  [[nodiscard]] virtual std::string Describe() const = 0;
  [[nodiscard]] virtual Access access() const { return Access::kReadOnly; }
  // From the beginning: a retry of a signature starts at C_SignInit.
  [[nodiscard]] virtual Attempt<void> Try(Session& session, const Circumstances& now) = 0;
  // The key's handle is stale.
  virtual void ForgetHandle() {}
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_OPERATION_H_

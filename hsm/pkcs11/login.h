// The login of this process at one token (PKCS#11 2.40 §5.6, C_Login).
#ifndef HSM_PKCS11_LOGIN_H_
#define HSM_PKCS11_LOGIN_H_

#include <mutex>
#include <optional>

#include "hsm/pkcs11/attempt.h"
#include "hsm/pkcs11/pin_reference.h"
#include "hsm/pkcs11/session.h"

namespace dkimkeeper::pkcs11 {

// Keeps one session open, because the login ends with the last session. The PIN is read from its
// reference for each C_Login and wiped after it.
//
// A refused PIN is latched, and marked for other processes in `refused_pin`: nothing is tried
// again, by none of them, until the reference's file changes. With CKF_USER_PIN_FINAL_TRY or
// CKF_USER_PIN_LOCKED set nothing is tried at all.
//
// One thread at a time, except Refusal, which is thread-safe. `calls` must outlive this.
class Login {
 public:
  Login(const CK_FUNCTION_LIST& calls, PinReference pin, RefusedPin refused_pin = {})
      : calls_(calls), pin_(std::move(pin)), refused_pin_(refused_pin) {}

  // Success also when the process was logged in already.
  [[nodiscard]] Attempt<void> LogIn(CK_SLOT_ID slot, Phase phase);

  // The refusal that stands, if one does.
  [[nodiscard]] std::optional<Error> Refusal() const;

  // Forgets the session, which C_Finalize ends.
  void Abandon();

 private:
  [[nodiscard]] Attempt<void> Open(CK_SLOT_ID slot);
  [[nodiscard]] Attempt<void> CallLogin(Phase phase);
  [[nodiscard]] tl::unexpected<Trouble> Latch(Error error, const PinReference::Stamp& stamp);

  const CK_FUNCTION_LIST& calls_;
  PinReference pin_;
  const RefusedPin refused_pin_;
  std::optional<Session> session_;
  struct Refused {
    Error error;
    PinReference::Stamp stamp;
  };
  mutable std::mutex mutex_;  // guards refused_
  std::optional<Refused> refused_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_LOGIN_H_

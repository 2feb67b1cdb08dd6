#include "hsm/pkcs11/login.h"

#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {

std::optional<Error> Login::Refusal() const {
  const std::lock_guard lock(mutex_);
  if (!refused_ || pin_.stamp() != refused_->stamp) return std::nullopt;
  return refused_->error;
}

void Login::Abandon() {
  if (session_) session_->Abandon();
  session_.reset();
}

Attempt<void> Login::LogIn(CK_SLOT_ID slot, Phase phase) {
  if (const std::optional<Error> refusal = Refusal()) {
    return AskFor(Recovery::kStop, *refusal);
  }
  // A session of another life would answer for the login that is gone.
  session_.reset();
  if (Attempt<void> opened = Open(slot); !opened) return opened;
  CK_TOKEN_INFO token = {};
  const CK_RV rv = calls_.C_GetTokenInfo(slot, &token);
  if (rv != CKR_OK) return TokenSaid(rv, "C_GetTokenInfo", phase);
  if ((token.flags & CKF_LOGIN_REQUIRED) == 0) return {};
  if ((token.flags & CKF_USER_PIN_LOCKED) != 0) {
    return Latch(CkrError(CKR_PIN_LOCKED, "C_GetTokenInfo", phase), pin_.stamp());
  }
  if ((token.flags & CKF_USER_PIN_FINAL_TRY) != 0) {
    return Latch({Code::kFailedPrecondition, std::string(reason::kPinRefused),
                  "One more wrong PIN locks the token, so none is tried: log in by hand once, "
                  "with the token's own tool, then restart."},
                 pin_.stamp());
  }
  return CallLogin(phase);
}

Attempt<void> Login::Open(CK_SLOT_ID slot) {
  Attempt<Session> session = Session::Open(calls_, slot, Access::kReadOnly);
  if (!session) return PassOn(session);
  session_.emplace(std::move(*session));
  return {};
}

Attempt<void> Login::CallLogin(Phase phase) {
  const PinReference::Stamp stamp = pin_.stamp();
  if (refused_pin_.Is(stamp)) {
    return Latch({Code::kFailedPrecondition, std::string(reason::kPinRefused),
                  "The token has refused this PIN at another login, so it is not tried again: put "
                  "the right one into the PIN file."},
                 stamp);
  }
  CK_RV rv = CKR_GENERAL_ERROR;
  {
    Result<SecretBuffer> pin = pin_.Read();
    if (!pin) return AskFor(Recovery::kStop, pin.error());
    rv = calls_.C_Login(session_->handle(), CKU_USER, pin->secret().data(), pin->secret().size());
  }
  const Treatment treatment = Treat(rv, phase);
  if (treatment.recovery == Recovery::kSuccess) return {};
  if (treatment.recovery != Recovery::kStop) return TokenSaid(rv, "C_Login", phase);
  refused_pin_.Mark(stamp);
  return Latch(CkrError(rv, "C_Login", phase), stamp);
}

tl::unexpected<Trouble> Login::Latch(Error error, const PinReference::Stamp& stamp) {
  const std::lock_guard lock(mutex_);
  refused_ = Refused{error, stamp};
  return AskFor(Recovery::kStop, std::move(error));
}

}  // namespace dkimkeeper::pkcs11

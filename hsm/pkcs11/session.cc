#include "hsm/pkcs11/session.h"

namespace dkimkeeper::pkcs11 {

Attempt<Session> Session::Open(const CK_FUNCTION_LIST& calls, CK_SLOT_ID slot, Access access) {
  CK_FLAGS flags = CKF_SERIAL_SESSION;
  if (access == Access::kReadWrite) flags |= CKF_RW_SESSION;
  CK_SESSION_HANDLE handle = CK_INVALID_HANDLE;
  const CK_RV rv = calls.C_OpenSession(slot, flags, nullptr, nullptr, &handle);
  if (rv != CKR_OK) return TokenSaid(rv, "C_OpenSession");
  return Session(calls, handle);
}

Session& Session::operator=(Session&& other) noexcept {
  if (this != &other) {
    Close();
    calls_ = other.calls_;
    handle_ = std::exchange(other.handle_, CK_INVALID_HANDLE);
  }
  return *this;
}

void Session::Close() {
  // A session that is already gone answers with an error; there is nothing left to do then.
  if (handle_ != CK_INVALID_HANDLE) static_cast<void>(calls_->C_CloseSession(handle_));
  handle_ = CK_INVALID_HANDLE;
}

Attempt<void> Session::RequireLogin() const {
  CK_SESSION_INFO info = {};
  const CK_RV rv = calls_->C_GetSessionInfo(handle_, &info);
  if (rv != CKR_OK) return TokenSaid(rv, "C_GetSessionInfo");
  const bool user = info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS;
  if (user) return {};
  CK_TOKEN_INFO token = {};
  const CK_RV token_rv = calls_->C_GetTokenInfo(info.slotID, &token);
  if (token_rv != CKR_OK) return TokenSaid(token_rv, "C_GetTokenInfo");
  if ((token.flags & CKF_LOGIN_REQUIRED) == 0) return {};
  return TokenSaid(CKR_USER_NOT_LOGGED_IN, "C_GetSessionInfo");
}

}  // namespace dkimkeeper::pkcs11

// One session with a token (PKCS#11 2.40 §5.6).
#ifndef HSM_PKCS11_SESSION_H_
#define HSM_PKCS11_SESSION_H_

#include <utility>

#include "hsm/pkcs11/attempt.h"
#include "hsm/pkcs11/cryptoki.h"

namespace dkimkeeper::pkcs11 {

enum class Access : std::uint8_t { kReadOnly, kReadWrite };

// Owns the handle and closes it. Moves only. One thread at a time. `calls` must outlive this.
class Session {
 public:
  [[nodiscard]] static Attempt<Session> Open(const CK_FUNCTION_LIST& calls, CK_SLOT_ID slot,
                                             Access access);
  Session(Session&& other) noexcept
      : calls_(other.calls_), handle_(std::exchange(other.handle_, CK_INVALID_HANDLE)) {}
  Session& operator=(Session&& other) noexcept;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { Close(); }

  [[nodiscard]] const CK_FUNCTION_LIST& calls() const { return *calls_; }
  [[nodiscard]] CK_SESSION_HANDLE handle() const { return handle_; }

  // Forgets the handle without closing it: after C_Finalize its number may name another session.
  void Abandon() { handle_ = CK_INVALID_HANDLE; }

  // Trouble that asks for a login unless this session sees private objects. A module that lost the
  // login shows no keys; that must not be taken for a token without keys.
  [[nodiscard]] Attempt<void> RequireLogin() const;

 private:
  Session(const CK_FUNCTION_LIST& calls, CK_SESSION_HANDLE handle)
      : calls_(&calls), handle_(handle) {}
  void Close();

  const CK_FUNCTION_LIST* calls_;
  CK_SESSION_HANDLE handle_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_SESSION_H_

// The sessions that threads share.
#ifndef HSM_PKCS11_SESSION_POOL_H_
#define HSM_PKCS11_SESSION_POOL_H_

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <vector>

#include "hsm/pkcs11/attempt.h"
#include "hsm/pkcs11/session.h"
#include "hsm/token.h"

namespace dkimkeeper::pkcs11 {

// Read-only sessions are pooled, up to a limit; a read-write session is opened for its lease alone
// and does not count against the limit. Work happens in a lease. No lock is held while the token is
// asked for a session. Thread-safe; every lease must end before the pool does.
class SessionPool {
 public:
  // Closed until Open. `size` is at least 1. `calls` must outlive this.
  SessionPool(const CK_FUNCTION_LIST& calls, unsigned size);
  SessionPool(const SessionPool&) = delete;
  SessionPool& operator=(const SessionPool&) = delete;

  // A session for one thread, given back by the destructor. Moves only.
  class Lease {
   public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    [[nodiscard]] Session& session() { return session_; }
    // The session is not to be used again: close it instead of pooling it.
    void Discard() { discard_ = true; }

   private:
    friend class SessionPool;
    Lease(SessionPool& pool, Session session, Access access)
        : pool_(&pool), session_(std::move(session)), access_(access) {}
    SessionPool* pool_;
    Session session_;
    Access access_;
    bool discard_ = false;
  };

  // Waits for a free session until `deadline`, then RESOURCE_EXHAUSTED/SESSIONS_BUSY. Asks for a
  // re-initialisation when the pool is closed.
  [[nodiscard]] Attempt<Lease> Take(Access access, Deadline deadline);

  // The token gave no more sessions: stay at what is in use now (at least 1). The limit grows back
  // by one for every thousand leases that ended well.
  void Shrink();

  // How many sessions may be open now.
  [[nodiscard]] unsigned limit() const;

  // Hands out nothing more and waits until every lease has ended. False when one has not by
  // `deadline`: the pool then works on.
  [[nodiscard]] bool Drain(Deadline deadline);
  // After Drain: forgets all sessions, which C_Finalize ends. Who asks for one waits for Open or
  // Close.
  void Forget();
  // There will be no sessions for now: who asks is told so.
  void Close();
  // Sessions are of `slot` from now on.
  void Open(CK_SLOT_ID slot);

 private:
  enum class State : std::uint8_t { kClosed, kOpen, kDraining };

  [[nodiscard]] bool MayTake(Access access) const;
  void Return(Session session, Access access, bool discard);
  void GrowBack();
  void UncountLocked(Access access);

  const CK_FUNCTION_LIST& calls_;
  const unsigned size_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kClosed;
  CK_SLOT_ID slot_ = 0;
  unsigned limit_;
  unsigned good_returns_ = 0;  // since the last shrinking
  unsigned readers_ = 0;       // leases of pooled sessions
  unsigned writers_ = 0;       // leases of read-write sessions
  std::vector<Session> idle_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_SESSION_POOL_H_

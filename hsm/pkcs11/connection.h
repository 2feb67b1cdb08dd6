// This process at one token: initialised, logged in, with sessions. Comes back by itself.
#ifndef HSM_PKCS11_CONNECTION_H_
#define HSM_PKCS11_CONNECTION_H_

#include <chrono>
#include <cstdint>
#include <memory>

#include "hsm/pkcs11/attempt.h"
#include "hsm/pkcs11/login.h"
#include "hsm/pkcs11/module.h"
#include "hsm/pkcs11/session_pool.h"
#include "hsm/pkcs11/single_flight.h"
#include "hsm/shared/process_lock.h"
#include "hsm/token.h"

namespace dkimkeeper::pkcs11 {

struct ConnectionOptions {
  TokenSelector token;
  PinReference pin;
  unsigned sessions = 8;
  // The shortest time between two logins, and between two re-initialisations.
  std::chrono::milliseconds login_interval{1000};
  std::chrono::milliseconds reinitialise_interval{5000};
  int shared_file = -1;  // see Pkcs11Options
};

// Module owns the library, Login the login, SessionPool the sessions; this class owns the three and
// brings them back together. Object handles are good for one epoch: a login or a re-initialisation
// starts the next one. Thread-safe.
class Connection {
 public:
  // Finds the token and logs in, once. The caller holds ProcessLock's kStartUp.
  [[nodiscard]] static Attempt<std::unique_ptr<Connection>> Open(std::unique_ptr<Module> module,
                                                                 const ConnectionOptions& options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] std::uint64_t epoch() const { return flight_.epoch(); }
  [[nodiscard]] SessionPool& pool() { return pool_; }
  [[nodiscard]] const SessionPool& pool() const { return pool_; }
  // As it was found at Open.
  [[nodiscard]] const TokenDescription& token() const { return token_; }
  [[nodiscard]] const CK_FUNCTION_LIST& calls() const { return module_->calls(); }

  // Both: success when another thread has done it since the epoch `seen`; UNAVAILABLE/TOKEN_AWAY
  // when the rate limit or `deadline` does not allow it; FAILED_PRECONDITION/PIN_REFUSED, without a
  // try, after a refused PIN. The caller holds no lease.
  [[nodiscard]] Attempt<void> LogInAgain(std::uint64_t seen, Deadline deadline);
  [[nodiscard]] Attempt<void> Reinitialise(std::uint64_t seen, Deadline deadline);

  // Returns at `until`, or earlier when a new epoch begins.
  void Pause(std::uint64_t seen, Deadline until) { flight_.WaitForNewEpoch(seen, until); }

 private:
  Connection(std::unique_ptr<Module> module, const ConnectionOptions& options,
             TokenDescription token, unsigned sessions);

  [[nodiscard]] Attempt<void> Connect(CK_SLOT_ID slot);
  [[nodiscard]] Attempt<void> CloseAndConnect(Deadline deadline);
  template <typename Action>
  [[nodiscard]] Attempt<void> Alone(std::uint64_t seen, SingleFlight::RateLimit& limit,
                                    Deadline deadline, Action action);

  const TokenSelector selector_;
  const ProcessLock processes_;
  const std::unique_ptr<Module> module_;
  SingleFlight flight_;
  SingleFlight::RateLimit login_limit_;
  SingleFlight::RateLimit reinitialise_limit_;
  const TokenDescription token_;
  CK_SLOT_ID slot_ = 0;  // of the token now; used in a flight only
  Login login_;          // used in a flight only
  SessionPool pool_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_CONNECTION_H_

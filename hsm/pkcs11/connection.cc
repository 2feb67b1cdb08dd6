#include "hsm/pkcs11/connection.h"

#include <algorithm>
#include <optional>

#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

// Beside the pool: the login's session and one that generates.
constexpr CK_ULONG kOtherSessions = 2;

Attempt<unsigned> SessionsOfToken(const CK_FUNCTION_LIST& calls, CK_SLOT_ID slot, unsigned wanted) {
  CK_TOKEN_INFO info = {};
  const CK_RV rv = calls.C_GetTokenInfo(slot, &info);
  if (rv != CKR_OK) return TokenSaid(rv, "C_GetTokenInfo", Phase::kStartUp);
  const CK_ULONG most = info.ulMaxSessionCount;
  if (most == CK_EFFECTIVELY_INFINITE || most == CK_UNAVAILABLE_INFORMATION) return wanted;
  if (most <= kOtherSessions) return 1U;
  return static_cast<unsigned>(std::min<CK_ULONG>(wanted, most - kOtherSessions));
}

Error Away(std::string why) {
  return {Code::kUnavailable, std::string(reason::kTokenAway), std::move(why)};
}

}  // namespace

Connection::Connection(std::unique_ptr<Module> module, const ConnectionOptions& options,
                       TokenDescription token, unsigned sessions)
    : selector_(options.token),
      processes_(options.shared_file),
      module_(std::move(module)),
      login_limit_{.interval = options.login_interval},
      reinitialise_limit_{.interval = options.reinitialise_interval},
      token_(std::move(token)),
      login_(module_->calls(), options.pin, RefusedPin(options.shared_file)),
      pool_(module_->calls(), sessions) {}

Attempt<std::unique_ptr<Connection>> Connection::Open(std::unique_ptr<Module> module,
                                                      const ConnectionOptions& options) {
  Attempt<TokenDescription> token = module->FindToken(options.token);
  if (!token) return PassOn(token);
  const Attempt<unsigned> sessions =
      SessionsOfToken(module->calls(), token->slot, options.sessions);
  if (!sessions) return PassOn(sessions);
  std::unique_ptr<Connection> connection(
      new Connection(std::move(module), options, std::move(*token), *sessions));
  if (Attempt<void> done = connection->Connect(connection->token_.slot); !done) {
    return PassOn(done);
  }
  return connection;
}

Attempt<void> Connection::Connect(CK_SLOT_ID slot) {
  slot_ = slot;
  if (Attempt<void> done = login_.LogIn(slot, Phase::kStartUp); !done) return done;
  // In this order: a session of the new life never meets a handle of the old one, which may name
  // another key now.
  flight_.StartEpoch();
  pool_.Open(slot);
  return {};
}

template <typename Action>
Attempt<void> Connection::Alone(std::uint64_t seen, SingleFlight::RateLimit& limit,
                                Deadline deadline, Action action) {
  // A refused PIN is the answer to everything; waiting for a turn would only hide it.
  if (const std::optional<Error> refusal = login_.Refusal()) {
    return AskFor(Recovery::kStop, *refusal);
  }
  switch (flight_.Enter(seen, limit, deadline)) {
    case SingleFlight::Turn::kDoneByAnother:
      return {};
    case SingleFlight::Turn::kTooLate: {
      Error error = Away("The token is away and was tried a moment ago; it is tried again.");
      error.retry_after = limit.interval;
      return Refuse(std::move(error));
    }
    case SingleFlight::Turn::kMine:
      break;
  }
  Attempt<void> done = Refuse(Away("Another worker of the token is logging in; it takes long."));
  if (const auto hold =
          processes_.Take(ProcessLock::Place::kStartUp, ProcessLock::Mode::kExclusive, deadline)) {
    done = action();
  }
  flight_.Leave();
  return done;
}

Attempt<void> Connection::LogInAgain(std::uint64_t seen, Deadline deadline) {
  return Alone(seen, login_limit_, deadline, [this]() -> Attempt<void> {
    if (auto done = login_.LogIn(slot_, Phase::kRunning); !done) return done;
    flight_.StartEpoch();
    return {};
  });
}

Attempt<void> Connection::Reinitialise(std::uint64_t seen, Deadline deadline) {
  return Alone(seen, reinitialise_limit_, deadline, [&] { return CloseAndConnect(deadline); });
}

Attempt<void> Connection::CloseAndConnect(Deadline deadline) {
  if (!pool_.Drain(deadline)) {
    return Refuse(
        Away("The token must be re-initialised, but a call inside the PKCS#11 module "
             "does not return; restart the service if this lasts."));
  }
  pool_.Forget();
  login_.Abandon();
  Attempt<void> done = module_->Reinitialise();
  if (done) {
    const Attempt<TokenDescription> token = module_->FindToken(selector_);
    done = token ? Connect(token->slot) : Attempt<void>(PassOn(token));
  }
  if (done) return done;
  pool_.Close();
  if (done.error().recovery == Recovery::kStop) return done;
  return Refuse(Away("The token did not come back when it was re-initialised: " +
                     done.error().error.message));
}

}  // namespace dkimkeeper::pkcs11

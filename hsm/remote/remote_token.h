// A token whose module lives in worker processes.
#ifndef HSM_REMOTE_REMOTE_TOKEN_H_
#define HSM_REMOTE_REMOTE_TOKEN_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "hsm/key_id_map.h"
#include "hsm/remote/exchange.h"
#include "hsm/remote/module_limits.h"
#include "hsm/remote/restart_policy.h"
#include "hsm/remote/worker_source.h"
#include "hsm/token.h"
#include "hsm/wire/messages.h"

namespace dkimkeeper {

class Roster;
class Seat;
struct SeatSurroundings;

struct RemoteTokenOptions {
  std::string name;       // as in the configuration
  unsigned workers = 2;   // at least 1
  unsigned sessions = 4;  // calls that a worker takes at once, at least 1
  ModuleLimits limits = {};
  RestartDelays restarts = {};
};

// Told from any thread, on_state one at a time; must not call the token back. Each may be empty.
struct RemoteTokenHooks {
  // A call with this key was in flight at two deaths of workers; it failed INTERNAL/POISONED.
  std::function<void(const KeyId& key)> on_poisoned = {};
  // A worker became ready, was lost or could not start. `last_error`: why a worker could not start
  // or was lost, the newest one; reason PIN_REFUSED while the token takes no PIN. Empty: never.
  std::function<void(unsigned ready_workers, const std::optional<Error>& last_error)> on_state = {};
};

// Keeps the contract of Token over the workers of one token, which it starts, watches and replaces;
// a crash or a hang costs callers time, not an answer. Thread-safe. `source` must outlive this; no
// call may be running when this is destroyed, which ends the workers at once, hung ones too.
//
// A call goes to the least loaded ready worker; what finds, makes or removes keys goes to one that
// signatures then avoid. It is sent again, at most eight times and until its deadline, when its
// worker was lost, hung, or answered UNAVAILABLE/TOKEN_AWAY (that worker is replaced) or
// DEADLINE_EXCEEDED/DEADLINE or RESOURCE_EXHAUSTED/SESSIONS_BUSY (it is kept).
//
// Errors of its own: UNAVAILABLE/TOKEN_AWAY with a retry hint when no worker is ready until the
// deadline; UNAVAILABLE/PIN_REFUSED at once while the token refuses the PIN;
// RESOURCE_EXHAUSTED/SESSIONS_BUSY when all workers are busy until then;
// DEADLINE_EXCEEDED/DEADLINE; INTERNAL/POISONED when the call was in flight at two crashes, or hung
// twice (design: it is not tried again, so that one key cannot take all workers down).
class RemoteToken final : public Token {
 public:
  // Starts the workers, one after the other, and does not wait for them.
  RemoteToken(RemoteTokenOptions options, WorkerSource& source, RemoteTokenHooks hooks = {});
  ~RemoteToken() override;

  // Until a worker is ready; the error of a start when one has failed and none is ready, with the
  // code and reason that the worker gave (FAILED_PRECONDITION/MODULE_MISSING, /TOKEN_NOT_FOUND,
  // UNAVAILABLE/PIN_REFUSED, …); UNAVAILABLE/TOKEN_AWAY at the deadline. Workers are started on all
  // the same.
  [[nodiscard]] Outcome WaitUntilReady(Deadline deadline);

  // Ends the workers, hung ones too, and starts none any more: UNAVAILABLE/SHUTTING_DOWN for calls
  // that run and all later ones. Does not wait.
  void Stop();

  // --- Token
  [[nodiscard]] Result<TokenKey> GenerateKeyPair(const KeySpec& spec, Deadline deadline) override;
  [[nodiscard]] Result<std::vector<TokenKey>> FindKeys(Deadline deadline) override;
  [[nodiscard]] Result<TokenKey> FindKey(const KeyId& id, Deadline deadline) override;
  void Expect(const KeyId& id, const PublicKey& public_key) override;
  [[nodiscard]] Result<std::string> Sign(const KeyId& id, const Sha256Digest& digest,
                                         Deadline deadline) override;
  // `done` is called from the thread that listens to the worker. A call that a hung module holds
  // until its deadline hears of that up to a tenth of a second later.
  [[nodiscard]] bool BeginSign(const KeyId& id, const Sha256Digest& digest, Deadline deadline,
                               const SignDone& done) override;
  // INVALID_ARGUMENT/BAD_FRAME for a note of more than wire::kMaxNote bytes.
  [[nodiscard]] Result<std::string> SignNote(const KeyId& id, std::span<const std::uint8_t> note,
                                             Deadline deadline) override;
  [[nodiscard]] Outcome DestroyPermanently(const KeyId& id, Deadline deadline) override;
  [[nodiscard]] Outcome RemoveRemains(const KeyId& id, Deadline deadline) override;
  [[nodiscard]] Outcome CheckHealth(Deadline deadline) override;
  // Before the first worker is ready: the name and the counts alone.
  void AllowLogin() override;
  [[nodiscard]] TokenInfo Info() const override;

 private:
  // A call and its history until now.
  struct Course;

  // `key`: whose call it is, for on_poisoned.
  [[nodiscard]] Result<wire::Answer> Ask(wire::Call call, std::optional<KeyId> key,
                                         Deadline deadline);
  // Sends the call until it has an answer that is not an error, or an error to return.
  [[nodiscard]] Result<wire::Answer> Pursue(Course& course);
  // The error of having no worker to send it to; nothing: the deadline passed meanwhile.
  [[nodiscard]] Result<std::optional<Fate>> SendOnce(Course& course);
  // What follows from the fate of an attempt; nothing: the call is to be sent again.
  [[nodiscard]] std::optional<Result<wire::Answer>> Settle(Course& course,
                                                           std::optional<Fate> fate);
  [[nodiscard]] CallTimes TimesNow(const Course& course, const WorkerLink& link) const;
  [[nodiscard]] PublicKey ExpectedOf(const KeyId& id) const;
  // The limits at this worker: a token's first health check may have to generate its key, a
  // worker's first has to find it, and its first calls search the token for their keys.
  [[nodiscard]] ModuleLimits LimitsAt(const WorkerLink& link) const;

  const RemoteTokenOptions options_;
  WorkerSource& source_;
  const std::function<void(const KeyId& key)> on_poisoned_;

  mutable std::shared_mutex expected_mutex_;
  KeyIdMap<PublicKey> expected_;
  std::atomic<bool> has_health_key_ = false;

  std::unique_ptr<Roster> roster_;
  std::unique_ptr<SeatSurroundings> around_;
  std::vector<std::unique_ptr<Seat>> seats_;
};

}  // namespace dkimkeeper

#endif  // HSM_REMOTE_REMOTE_TOKEN_H_

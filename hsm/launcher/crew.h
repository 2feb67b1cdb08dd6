// The worker processes that run now, of all tokens.
#ifndef HSM_LAUNCHER_CREW_H_
#define HSM_LAUNCHER_CREW_H_

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hsm/launcher/account.h"
#include "hsm/launcher/pin_memory.h"
#include "hsm/launcher/worker_recipe.h"
#include "hsm/remote/worker_source.h"
#include "proto/descriptor.h"
#include "proto/result.h"

namespace dkimkeeper::launcher {

// What the launcher has to tell: `worker.started`, `worker.ended`, `pin.refused`, … with the name
// of the token and a sentence. `trouble`: somebody may have to look into it. Of workers that fail
// in a row fewer and fewer are told.
using Tell = std::function<void(bool trouble, std::string_view event, std::string_view token,
                                std::string_view what)>;

// Starts, counts and kills workers, as the recipes allow; remembers refused PINs. Not thread-safe;
// its process has one thread and waits for no child but through it and `Reaped`.
class Crew {
 public:
  struct Options {
    std::vector<WorkerRecipe> recipes;
    std::optional<Account> account;  // of the workers
    Tell tell;
  };
  struct Started {
    std::uint64_t worker = 0;  // 1, 2, …
    Descriptor socket;         // the daemon's end
  };
  struct End {
    std::uint64_t worker = 0;
    WorkerEnd end;
  };

  Crew(Options options, PinMemory memory);

  // `token`: its place among the recipes. UNAVAILABLE/PIN_REFUSED: the token has refused the PIN
  // that is in the file, or there is no PIN; UNAVAILABLE/TOKEN_AWAY: as many run as may, or no
  // process is to be had; INVALID_ARGUMENT/BAD_FRAME: no such token.
  [[nodiscard]] Result<Started> Start(std::size_t token);

  // Sends SIGKILL where it runs; it has ended when Reaped says so. Not while a worker of its token
  // logs in (ProcessLock::kStartUp): SoftHSM writes the token's own file anew then, and is left
  // with an empty one, without any key, when it is killed in between. Such a kill waits, though no
  // longer than kLoginTime: then the login hangs.
  void Kill(std::uint64_t worker);
  void KillAll();
  // Sends what waits and need not wait any more. True: something waits still, call it again soon.
  bool KillWaiting();
  // Many times what one takes, and little beside the limits after which a worker counts as hung.
  static constexpr std::chrono::milliseconds kLoginTime{500};

  void AllowLogin(std::size_t token);

  // What waitpid(2) said of a child; nothing where it is no worker.
  [[nodiscard]] std::optional<End> Reaped(pid_t pid, int status);

  [[nodiscard]] bool empty() const { return workers_.empty(); }

 private:
  struct Worker {
    pid_t pid = -1;
    std::size_t token = 0;
    PinStamp pin;
    bool killed = false;
    // It is to be killed, and has not been.
    std::optional<std::chrono::steady_clock::time_point> kill_by = {};
  };

  [[nodiscard]] Result<Descriptor> OpenPin(const WorkerRecipe& recipe) const;
  // The file that the workers of the token share, `ledger-TOKEN` in the folder of PinMemory: who
  // has the daemon end, and be started again, does not get another hour's destructions.
  [[nodiscard]] Result<int> LedgerOf(std::size_t token);
  [[nodiscard]] Outcome CheckNumber(std::size_t token) const;
  void TellEnd(std::size_t token, const End& end);
  // Whether it was sent.
  [[nodiscard]] bool KillUnlessLoggingIn(const Worker& worker) const;

  const Options options_;
  PinMemory memory_;
  std::vector<Descriptor> ledgers_;
  std::vector<unsigned> failures_;  // in a row, of the token's workers: exits with a status
  std::map<std::uint64_t, Worker> workers_;
  std::uint64_t last_worker_ = 0;
};

}  // namespace dkimkeeper::launcher

#endif  // HSM_LAUNCHER_CREW_H_

// The worker processes that run now, of all tokens.
#ifndef HSM_LAUNCHER_CREW_H_
#define HSM_LAUNCHER_CREW_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hsm/launcher/account.h"
#include "hsm/launcher/descriptor.h"
#include "hsm/launcher/pin_memory.h"
#include "hsm/launcher/worker_recipe.h"
#include "hsm/remote/worker_source.h"
#include "proto/result.h"

namespace dkimkeeper::launcher {

// What the launcher has to tell: `worker.started`, `worker.ended`, `pin.refused`, … with the name
// of the token and a sentence. `trouble`: somebody may have to look into it.
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

  // Sends SIGKILL where it runs, not in the middle of a login unless that hangs; it has ended when
  // Reaped says so.
  void Kill(std::uint64_t worker);
  void KillAll();

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
  };

  [[nodiscard]] Result<Descriptor> OpenPin(const WorkerRecipe& recipe) const;
  // The memfd of the token, made once.
  [[nodiscard]] Result<int> LedgerOf(std::size_t token);
  [[nodiscard]] Outcome CheckNumber(std::size_t token) const;

  const Options options_;
  PinMemory memory_;
  std::vector<Descriptor> ledgers_;
  std::map<std::uint64_t, Worker> workers_;
  std::uint64_t last_worker_ = 0;
};

}  // namespace dkimkeeper::launcher

#endif  // HSM_LAUNCHER_CREW_H_

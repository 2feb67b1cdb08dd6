#include "hsm/launcher/crew.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "hsm/launcher/start_worker.h"
#include "hsm/shared/process_lock.h"
#include "hsm/shared/refused_pin.h"
#include "hsm/worker/exit_status.h"
#include "proto/reason.h"

namespace dkimkeeper::launcher {
namespace {

tl::unexpected<Error> Away(const WorkerRecipe& recipe, const std::string& why) {
  return Fail(Code::kUnavailable, reason::kTokenAway,
              "no worker of token " + recipe.token + " can be started: " + why);
}

tl::unexpected<Error> NoPin(const WorkerRecipe& recipe, const std::string& why) {
  return Fail(Code::kUnavailable, reason::kPinRefused,
              "the PIN of token " + recipe.token + " in " + recipe.pin_path + " " + why);
}

std::string SystemError() { return std::generic_category().message(errno); }

WorkerEnd EndOf(int status, bool killed) {
  WorkerEnd end;
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  if (WIFEXITED(status)) end.exit_status = WEXITSTATUS(status);
  // It may have ended by itself before the signal came.
  end.by_us = killed && (end.signal == SIGKILL || (end.signal == 0 && end.exit_status == 0));
  return end;
}

const char* Meaning(int exit_status) {
  switch (exit_status) {
    case kExitUsage:
      return ", it does not take its options";
    case kExitPinRefused:
      return ", its PIN was refused";
    case kExitStartFailed:
      return ", it could not open module or token";
    case kExitBadFrame:
      return ", the daemon sent what is no request";
    case kExitSandbox:
      return ", it made a system call that its sandbox forbids";
    default:
      return "";
  }
}

std::string Describe(std::uint64_t worker, const WorkerEnd& end) {
  const std::string number = "worker " + std::to_string(worker);
  if (end.by_us) return number + " was ended";
  if (end.signal != 0) return number + " was killed by signal " + std::to_string(end.signal);
  return number + " exited with status " + std::to_string(end.exit_status) +
         Meaning(end.exit_status);
}

// Of failures in a row the 1st, 2nd, 4th, 8th, … are told: a token that is away for a night does
// not fill the log.
bool IsTold(unsigned in_a_row) { return in_a_row == 0 || std::has_single_bit(in_a_row); }

}  // namespace

Crew::Crew(Options options, PinMemory memory)
    : options_(std::move(options)),
      memory_(std::move(memory)),
      ledgers_(options_.recipes.size()),
      failures_(options_.recipes.size()) {}

Result<Crew::Started> Crew::Start(std::size_t token) {
  if (token >= options_.recipes.size()) {
    return Fail(Code::kInvalidArgument, reason::kBadFrame, "the daemon names a token that is none");
  }
  const WorkerRecipe& recipe = options_.recipes[token];
  if (const auto counted = CheckNumber(token); !counted) return Forward(counted);
  const auto pin = OpenPin(recipe);
  if (!pin) return Forward(pin);
  const auto ledger = LedgerOf(token);
  if (!ledger) return Forward(ledger);
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return Away(recipe, "no socket pair: " + SystemError());
  }
  Descriptor ours(ends[0]);
  const Descriptor theirs(ends[1]);
  const auto pid =
      StartWorker(recipe, options_.account,
                  {.socket = theirs.number(), .pin = pin->number(), .ledger = *ledger});
  if (!pid) return Forward(pid);
  workers_[++last_worker_] = {.pid = *pid, .token = token, .pin = StampOf(*pin)};
  if (failures_[token] == 0 || IsTold(failures_[token] + 1)) {
    options_.tell(false, "worker.started", recipe.token,
                  "worker " + std::to_string(last_worker_) + ", process " + std::to_string(*pid));
  }
  return Started{last_worker_, std::move(ours)};
}

Outcome Crew::CheckNumber(std::size_t token) const {
  const WorkerRecipe& recipe = options_.recipes[token];
  const auto running = std::count_if(workers_.begin(), workers_.end(), [token](const auto& entry) {
    return entry.second.token == token;
  });
  if (running < static_cast<std::ptrdiff_t>(recipe.max_workers)) return {};
  return Away(recipe, std::to_string(running) + " run already, as many as are configured");
}

Result<Descriptor> Crew::OpenPin(const WorkerRecipe& recipe) const {
  Descriptor pin(::open(recipe.pin_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!pin.IsOpen()) return NoPin(recipe, "cannot be opened: " + SystemError());
  struct stat status = {};
  if (::fstat(pin.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return NoPin(recipe, "cannot be read: it is no regular file");
  }
  // A PIN that everybody on the host can read, or replace, protects nothing.
  if ((status.st_mode & S_IRWXO) != 0) {
    return NoPin(recipe, "is open to every user of this host; take that away: chmod o-rwx");
  }
  if (memory_.Refused(recipe.token, StampOf(pin))) {
    return NoPin(recipe,
                 "was refused and is not tried again, because tokens lock after a few wrong ones; "
                 "write the right one, or say that this one is: dkimkeeper token login " +
                     recipe.token);
  }
  return pin;
}

Result<int> Crew::LedgerOf(std::size_t token) {
  Descriptor& ledger = ledgers_[token];
  if (ledger.IsOpen()) return ledger.number();
  const WorkerRecipe& recipe = options_.recipes[token];
  const std::string name = "ledger-" + recipe.token;
  ledger = Descriptor(::openat(memory_.folder(), name.c_str(),
                               O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  if (!ledger.IsOpen()) return Away(recipe, name + " cannot be opened: " + SystemError());
  return ledger.number();
}

void Crew::Kill(std::uint64_t worker) {
  const auto found = workers_.find(worker);
  if (found == workers_.end() || found->second.killed) return;
  found->second.killed = true;
  found->second.kill_by = std::chrono::steady_clock::now() + kLoginTime;
  (void)KillWaiting();
}

void Crew::KillAll() {
  for (const auto& [number, worker] : workers_) Kill(number);
}

bool Crew::KillWaiting() {
  bool waiting = false;
  for (auto& [number, worker] : workers_) {
    if (worker.kill_by && KillUnlessLoggingIn(worker)) worker.kill_by.reset();
    waiting = waiting || worker.kill_by;
  }
  return waiting;
}

bool Crew::KillUnlessLoggingIn(const Worker& worker) const {
  // Held until the signal is sent: none begins a login meanwhile.
  const auto hold = ProcessLock(ledgers_[worker.token].number())
                        .Take(ProcessLock::Place::kStartUp, ProcessLock::Mode::kExclusive, {});
  if (!hold && std::chrono::steady_clock::now() < *worker.kill_by) return false;
  (void)::kill(worker.pid, SIGKILL);
  return true;
}

void Crew::AllowLogin(std::size_t token) {
  if (token >= options_.recipes.size()) return;
  const std::string& name = options_.recipes[token].token;
  options_.tell(false, "pin.allowed", name, "a refused PIN may be tried again");
  // The workers have marked it for each other too.
  if (const auto ledger = LedgerOf(token)) RefusedPin(*ledger).Clear();
  if (const auto written = memory_.Forget(name); !written) {
    options_.tell(true, "pin.memory_failed", name, written.error().message);
  }
}

void Crew::TellEnd(std::size_t token, const End& end) {
  const bool failed = end.end.exit_status != 0 && end.end.signal == 0;
  unsigned& in_a_row = failures_[token];
  in_a_row = failed ? in_a_row + 1 : 0;
  if (!IsTold(in_a_row)) return;
  std::string what = Describe(end.worker, end.end);
  if (in_a_row > 1) what += "; " + std::to_string(in_a_row) + " such ends in a row";
  const bool trouble = failed || (end.end.signal != 0 && !end.end.by_us);
  options_.tell(trouble, "worker.ended", options_.recipes[token].token, what);
}

std::optional<Crew::End> Crew::Reaped(pid_t pid, int status) {
  const auto found = std::find_if(workers_.begin(), workers_.end(),
                                  [pid](const auto& entry) { return entry.second.pid == pid; });
  if (found == workers_.end()) return std::nullopt;
  const auto [number, worker] = *found;
  workers_.erase(found);
  const std::string& name = options_.recipes[worker.token].token;
  const End end{number, EndOf(status, worker.killed)};
  TellEnd(worker.token, end);
  if (end.end.signal == 0 && end.end.exit_status == kExitPinRefused) {
    options_.tell(true, "pin.refused", name, "it is not tried again until its file changes");
    if (const auto written = memory_.Remember(name, worker.pin); !written) {
      options_.tell(true, "pin.memory_failed", name, written.error().message);
    }
  }
  return end;
}

}  // namespace dkimkeeper::launcher

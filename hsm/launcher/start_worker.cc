#include "hsm/launcher/start_worker.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include "proto/descriptor.h"
#include "proto/reason.h"

namespace dkimkeeper::launcher {
namespace {

// Above every descriptor that is moved to its place, so that none is moved onto another.
constexpr int kOutOfTheWay = 64;
constexpr int kFirstClosed = kWorkerLedger + 1;

// Which step of the child failed, and why; what it writes into the pipe.
struct Failure {
  enum class Step : int { kAccount, kParent, kDescriptors, kExec } step = Step::kExec;
  int error = 0;
};

const char* NameOf(Failure::Step step) {
  switch (step) {
    case Failure::Step::kAccount:
      return "take its account";
    case Failure::Step::kParent:
      return "follow its parent";
    case Failure::Step::kDescriptors:
      return "place its descriptors";
    case Failure::Step::kExec:
      return "run";
  }
  return "start";
}

// Pointers into `strings`, ended by a null pointer as execve(2) wants them.
std::vector<char*> PointersTo(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> ArgumentsOf(const WorkerRecipe& recipe) {
  std::vector<std::string> arguments = {recipe.program};
  arguments.insert(arguments.end(), recipe.arguments.begin(), recipe.arguments.end());
  return arguments;
}

// Of two variables with one name, getenv(3) takes the first: the recipe's.
std::vector<std::string> EnvironmentOf(const WorkerRecipe& recipe) {
  std::vector<std::string> environment = recipe.environment;
  environment.emplace_back("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  environment.emplace_back("LANG=C");
  return environment;
}

void ResetSignals() {
  struct sigaction defaults = {};
  defaults.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) (void)::sigaction(number, &defaults, nullptr);
  sigset_t none;
  sigemptyset(&none);
  (void)::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// `report` goes where it is out of the way, too, and is closed by exec.
bool PlaceDescriptors(WorkerDescriptors from, int& report) {
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0 || ::dup2(null, STDIN_FILENO) < 0) return false;
  for (int* number : {&from.socket, &from.pin, &from.ledger, &report}) {
    *number = ::fcntl(*number, F_DUPFD_CLOEXEC, kOutOfTheWay);
    if (*number < 0) return false;
  }
  for (const auto& [number, place] :
       {std::pair(from.socket, kWorkerSocket), std::pair(from.pin, kWorkerPin),
        std::pair(from.ledger, kWorkerLedger)}) {
    if (::dup2(number, place) < 0) return false;
  }
  return ::close_range(kFirstClosed, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

[[noreturn]] void Fall(int report, Failure::Step step) {
  const Failure failure{step, errno};
  (void)!::write(report, &failure, sizeof(failure));
  ::_exit(127);
}

[[noreturn]] void Become(const WorkerRecipe& recipe, const std::optional<Account>& account,
                         const WorkerDescriptors& descriptors, pid_t parent, int report) {
  ResetSignals();
  (void)::setsid();
  if (!PlaceDescriptors(descriptors, report)) Fall(report, Failure::Step::kDescriptors);
  if (account && !BecomeAccount(*account)) Fall(report, Failure::Step::kAccount);
  if (!DieWith(parent)) Fall(report, Failure::Step::kParent);
  auto arguments = ArgumentsOf(recipe);
  auto environment = EnvironmentOf(recipe);
  ::execve(recipe.program.c_str(), PointersTo(arguments).data(), PointersTo(environment).data());
  Fall(report, Failure::Step::kExec);
}

tl::unexpected<Error> NotStarted(const WorkerRecipe& recipe, const std::string& what, int error) {
  return Fail(Code::kUnavailable, reason::kTokenAway,
              "a worker of token " + recipe.token + " (" + recipe.program + ") cannot " + what +
                  ": " + std::generic_category().message(error));
}

}  // namespace

bool DieWith(pid_t parent) {
  return ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && ::getppid() == parent;
}

Result<pid_t> StartWorker(const WorkerRecipe& recipe, const std::optional<Account>& account,
                          const WorkerDescriptors& descriptors) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return NotStarted(recipe, "be watched", errno);
  const Descriptor report(ends[0]);
  Descriptor reported(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return NotStarted(recipe, "be forked", errno);
  if (pid == 0) Become(recipe, account, descriptors, parent, reported.number());
  reported.Close();
  Failure failure;
  ssize_t size = 0;
  do {
    size = ::read(report.number(), &failure, sizeof(failure));
  } while (size < 0 && errno == EINTR);
  if (size == 0) return pid;  // closed by exec
  (void)::waitpid(pid, nullptr, 0);
  return NotStarted(recipe, NameOf(failure.step), failure.error);
}

}  // namespace dkimkeeper::launcher

// Each case is a process of its own, because nothing takes a sandbox off again.
#include "hsm/worker/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <thread>

#include "hsm/worker/confinement.h"
#include "hsm/worker/exit_status.h"
#include "proto/reason.h"
#include "tests/unit/hsm/shared/forked.h"

namespace dkimkeeper {
namespace {

constexpr int kNotEntered = 100;

int Inside(const SandboxOptions& options, const std::function<int()>& action) {
  return Forked([&](const Forked&) {
           return ConfineProcess() && EnterSandbox(options) ? action() : kNotEntered;
         })
      .Wait();
}
int Inside(const std::function<int()>& action) { return Inside(SandboxOptions{}, action); }

// 0, or the error number.
int ErrorOf(int result) { return result < 0 ? errno : 0; }

// Without the C library, in whose fork and setuid ThreadSanitizer keeps books that the handler of
// SIGSYS upsets.
long Fork() { return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }

TEST(Sandbox, EndsWhatIsForbidden) {
  struct Case {
    const char* name;
    std::function<int()> action;
  };
  const Case cases[] = {
      {"execve",
       [] {
         char* none[] = {nullptr};
         return ErrorOf(execve("/bin/true", none, none));
       }},
      {"fork", [] { return Fork() == 0 ? 0 : 1; }},
      {"internet", [] { return ErrorOf(socket(AF_INET, SOCK_STREAM, 0)); }},
      {"kill", [] { return ErrorOf(kill(getppid(), 0)); }},
      {"ptrace", [] { return ErrorOf(static_cast<int>(ptrace(PTRACE_TRACEME, 0, 0, 0))); }},
      {"setuid", [] { return ErrorOf(static_cast<int>(syscall(SYS_setuid, getuid()))); }},
      {"memfd", [] { return ErrorOf(memfd_create("x", 0)); }},
  };
  for (const Case& one : cases) EXPECT_EQ(Inside(one.action), kExitSandbox) << one.name;
}

TEST(Sandbox, AllowsThreadsFilesAndMemory) {
  EXPECT_EQ(Inside([] {
              int seen = 1;
              std::thread([&] { seen = 0; }).join();
              return seen;
            }),
            0);
  EXPECT_EQ(Inside([] { return access("/etc", R_OK); }), 0);
  EXPECT_EQ(Inside([] {
              const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
              void* memory =
                  mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return mlock(memory, page) == 0 && munmap(memory, page) == 0 ? 0 : 1;
            }),
            0);
}

TEST(Sandbox, ReachesThreadsThatStartLater) {
  EXPECT_EQ(Inside([] {
              std::thread([] { static_cast<void>(socket(AF_INET, SOCK_STREAM, 0)); }).join();
              return 0;
            }),
            kExitSandbox);
}

// abort() must look like one from outside, not like a breach.
TEST(Sandbox, LetsAProcessAbort) {
  EXPECT_EQ(Inside([]() -> int {
              static_cast<void>(signal(SIGABRT, SIG_DFL));
              std::abort();
            }),
            -1);
}

TEST(Sandbox, FailsSyslogWithoutEndingTheProcess) {
  EXPECT_EQ(Inside([] { return ErrorOf(socket(AF_UNIX, SOCK_DGRAM, 0)); }), EACCES);
}

TEST(Sandbox, OpensForTheNetwork) {
  const SandboxOptions network{.kind = SandboxKind::kNetwork};
  EXPECT_EQ(Inside(network, [] { return ErrorOf(socket(AF_INET, SOCK_STREAM, 0)); }), 0);
  EXPECT_EQ(Inside(network, [] { return ErrorOf(socket(AF_UNIX, SOCK_DGRAM, 0)); }), 0);
  EXPECT_EQ(Inside(network, [] { return Fork() == 0 ? 0 : 1; }), kExitSandbox);
}

TEST(Sandbox, OpensForCallsThatAreNamed) {
  EXPECT_EQ(Inside({.allow = {"memfd_create"}}, [] { return ErrorOf(memfd_create("x", 0)); }), 0);
  for (const int domain : {AF_INET, AF_UNIX}) {
    EXPECT_EQ(Inside({.allow = {"socket"}}, [&] { return ErrorOf(socket(domain, SOCK_DGRAM, 0)); }),
              0);
  }
}

TEST(Sandbox, DoesNotKnowWhatIsNoCall) {
  for (const SandboxKind kind : {SandboxKind::kStrict, SandboxKind::kOff}) {
    const Outcome entered = EnterSandbox({.kind = kind, .allow = {"read", "make_coffee"}});
    ASSERT_FALSE(entered);
    EXPECT_EQ(entered.error().reason, reason::kBadOption);
    EXPECT_NE(entered.error().message.find("make_coffee"), std::string::npos);
  }
}

TEST(Sandbox, MayBeOff) {
  EXPECT_EQ(Inside({.kind = SandboxKind::kOff}, [] { return Fork() >= 0 ? 0 : 1; }), 0);
}

TEST(Confinement, LeavesNoCoreNoTraceAndNoPrivileges) {
  EXPECT_EQ(Inside([] {
              rlimit core = {};
              getrlimit(RLIMIT_CORE, &core);
              return core.rlim_max == 0 ? 0 : 1;
            }),
            0);
  EXPECT_EQ(Forked([](const Forked&) {
              if (!ConfineProcess()) return kNotEntered;
              return prctl(PR_GET_DUMPABLE) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0
                                                                                                : 1;
            }).Wait(),
            0);
}

TEST(Confinement, ClosesWhatWasLeftOpen) {
  EXPECT_EQ(Forked([](const Forked&) {
              const int left = dup(0);
              CloseDescriptorsFrom(static_cast<unsigned>(left));
              return fcntl(left, F_GETFD) == -1 && fcntl(0, F_GETFD) >= 0 ? 0 : 1;
            }).Wait(),
            0);
}

}  // namespace
}  // namespace dkimkeeper

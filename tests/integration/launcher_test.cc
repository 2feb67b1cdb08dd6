// The launcher as it runs: real processes, with a shell script as the workers' program.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/integration/launcher_fixture.h"

namespace dkimkeeper::launcher {
namespace {

using Report = LaunchedProcess::Report;
using testing::HasSubstr;
namespace fs = std::filesystem;

// Tells its number, then does not care about its socket.
constexpr const char* kDeaf = "printf %s $$ >&3; exec tail -f /dev/null";

// Refuses the PIN as a worker does: marked for the others too (hsm/shared/layout.h). Exits with 9
// where it finds the mark.
constexpr const char* kMarksTheRefusal = R"(
  mark=$(dd if=/proc/self/fd/5 bs=1 skip=64 count=1 2>/dev/null | od -An -tu1 | tr -d ' ')
  [ "$mark" != 1 ] || exit 9
  printf '\001' | dd of=/proc/self/fd/5 bs=1 seek=64 conv=notrunc 2>/dev/null
  exit 3)";

TEST_F(LauncherTest, StartsAWorkerAndEndsIt) {
  EXPECT_EQ(RunWithClient(Options(kUntilEndOfFile),
                          [](WorkerSource& source) {
                            const auto worker = source.Start();
                            if (!worker) return 1;
                            return source.End(worker->number) ==
                                           WorkerEnd{.signal = SIGKILL, .by_us = true}
                                       ? 0
                                       : 2;
                          }),
            0);
}

// Holds the lock of a login, tells so, and writes the file `token` when it is told to go on.
constexpr const char* kLogsIn = R"(exec python3 -c '
import fcntl, os, time
fcntl.lockf(5, fcntl.LOCK_EX, 1, 0)
os.write(3, b"in")
os.read(3, 9)
open(os.environ["TOKEN"], "w").close()
fcntl.lockf(5, fcntl.LOCK_UN, 1, 0)
time.sleep(99)')";

// What the launcher says next; its descriptor into `socket`.
std::optional<LinkEvent> Heard(const LauncherLink& link, Descriptor& socket) {
  auto packet = link.Receive();
  if (!packet || !*packet) return std::nullopt;
  if ((*packet)->descriptor.IsOpen()) socket = std::move((*packet)->descriptor);
  const auto event = DecodeLinkEvent((*packet)->octets);
  return event ? std::optional(*event) : std::nullopt;
}

TEST_F(LauncherTest, AWorkerIsNotKilledWhileItLogsIn) {
  const std::string token = (dir_.path() / "token").string();
  SplitOptions options = Options(kLogsIn);
  options.recipes[0].environment = {"TOKEN=" + token};
  LaunchedProcess launched(options, [](const LauncherLink& link, const Report&) {
    Descriptor socket;
    (void)link.Send(EncodeRequest(Spawn{1, 0}));
    if (!Heard(link, socket) || Received(socket.number()) != "in") return 1;
    (void)link.Send(EncodeRequest(Kill{1}));
    // When this is answered, the order before has been taken.
    (void)link.Send(EncodeRequest(Spawn{2, 77}));
    Descriptor none;
    const auto next = Heard(link, none);
    if (!next || !std::holds_alternative<NotSpawned>(*next)) return 2;
    (void)::send(socket.number(), "go", 2, MSG_NOSIGNAL);
    const auto last = Heard(link, none);
    const auto* ended = last ? std::get_if<Ended>(&*last) : nullptr;
    return ended != nullptr && ended->end == WorkerEnd{.signal = SIGKILL, .by_us = true} ? 0 : 3;
  });
  EXPECT_EQ(launched.Wait(), 0);
  EXPECT_EQ(::access(token.c_str(), F_OK), 0);
}

TEST_F(LauncherTest, AWorkerWhoseLoginHangsIsKilledAllTheSame) {
  EXPECT_EQ(RunWithClient(Options(kLogsIn),
                          [](WorkerSource& source) {
                            const auto worker = source.Start();
                            if (!worker || Received(worker->socket) != "in") return 1;
                            return source.End(worker->number).signal == SIGKILL ? 0 : 2;
                          }),
            0);
  // And at the daemon's end.
  EXPECT_EQ(RunWithClient(Options(kLogsIn),
                          [](WorkerSource& source) {
                            const auto worker = source.Start();
                            return worker && Received(worker->socket) == "in" ? 7 : 1;
                          }),
            7);
}

TEST_F(LauncherTest, WorkersAreNumberedAnew) {
  EXPECT_EQ(RunWithClient(Options(kUntilEndOfFile),
                          [](WorkerSource& source) {
                            const auto one = source.Start();
                            const auto other = source.Start();
                            if (!one || !other || one->number == other->number) return 1;
                            (void)source.End(one->number);
                            const auto third = source.Start();
                            return third && third->number > other->number ? 0 : 2;
                          }),
            0);
}

TEST_F(LauncherTest, SaysHowAWorkerEnded) {
  struct Row {
    const char* script;
    WorkerEnd end;
  };
  for (const Row& row :
       {Row{"exit 4", {.exit_status = 4}}, Row{"exit 0", {}},
        Row{"kill -SEGV $$", {.signal = SIGSEGV}}, Row{"kill -KILL $$", {.signal = SIGKILL}}}) {
    const std::string told = "printf %s $$ >&3; read go <&3; ";
    EXPECT_EQ(RunWithClient(Options(told + row.script),
                            [&](WorkerSource& source) {
                              const auto worker = source.Start();
                              if (!worker) return 1;
                              const ProcessWatch watch(
                                  static_cast<pid_t>(std::stol(Received(worker->socket))));
                              (void)!::send(worker->socket, "\n", 1, MSG_NOSIGNAL);
                              if (!watch.Ends()) return 2;
                              return source.End(worker->number) == row.end ? 0 : 3;
                            }),
              0)
        << row.script;
  }
}

TEST_F(LauncherTest, NoMoreWorkersThanConfigured) {
  EXPECT_EQ(RunWithClient(Options(kUntilEndOfFile),
                          [](WorkerSource& source) {
                            if (!source.Start() || !source.Start()) return 1;
                            const auto third = source.Start();
                            return !third && third.error().reason == "TOKEN_AWAY" ? 0 : 2;
                          }),
            0);
}

TEST_F(LauncherTest, AProgramThatCannotRunIsSaid) {
  SplitOptions options = Options("");
  options.recipes[0].program = (dir_.path() / "broken").string();
  std::ofstream(options.recipes[0].program) << "neither script nor program";
  ASSERT_EQ(::chmod(options.recipes[0].program.c_str(), 0700), 0);
  EXPECT_EQ(RunWithClient(options,
                          [](WorkerSource& source) {
                            const auto worker = source.Start();
                            return !worker && worker.error().reason == "TOKEN_AWAY" ? 0 : 1;
                          }),
            0);
}

TEST_F(LauncherTest, AMissingProgramStopsTheStart) {
  SplitOptions options = Options("");
  options.recipes[0].program = "/nowhere/dkimkeeper-token";
  EXPECT_EQ(RunWithClient(options, [](WorkerSource&) { return 0; }), LaunchedProcess::kRefused);
}

TEST_F(LauncherTest, WhatAWorkerFinds) {
  // The surroundings in one packet: descriptors, environment, PIN, blocked signals, session.
  const char* script =
      "printf 'fds:%s env:%s pin:%s in:%s %s %s.' \"$(cd /proc/$$/fd; echo *)\" "
      "\"$(tr '\\0' ' ' </proc/$$/environ)\" \"$(cat <&4)\" \"$(readlink /proc/$$/fd/0)\" "
      "\"$(grep SigBlk /proc/$$/status)\" \"$(readlink /proc/$$/fd/5)\" >&3";
  // One that the launcher was started with, open across exec.
  const Descriptor stray(::fcntl(STDERR_FILENO, F_DUPFD, 200));
  std::string found;
  const std::string file = (dir_.path() / "found").string();
  EXPECT_EQ(RunWithClient(Options(script),
                          [&](WorkerSource& source) {
                            const auto worker = source.Start();
                            if (!worker) return 1;
                            std::ofstream(file) << Received(worker->socket);
                            return 0;
                          }),
            0);
  std::getline(std::ifstream(file), found);
  EXPECT_THAT(found, HasSubstr("fds:0 1 2 3 4 5 "));
  EXPECT_THAT(found, HasSubstr("env:MODULE_CONF=/etc/module.conf PATH="));
  EXPECT_THAT(found, HasSubstr(" LANG=C  pin:1234 in:/dev/null "));
  EXPECT_THAT(found, HasSubstr("0000000000000000 " + (dir_.path() / "state/ledger-main").string()));
}

// The number of destructions is counted there: a daemon that has itself started again must not
// find an empty one.
TEST_F(LauncherTest, WhatWorkersShareOutlivesTheLauncher) {
  const SplitOptions options = Options("cat <&5 >&3; echo counted >&5");
  const auto found = [&](const std::string& expected) {
    return RunWithClient(options, [&](WorkerSource& source) {
      const auto worker = source.Start();
      if (!worker) return 1;
      const bool good = Received(worker->socket) == expected;
      (void)source.End(worker->number);
      return good ? 0 : 2;
    });
  };
  EXPECT_EQ(found(""), 0);
  EXPECT_EQ(found("counted\n"), 0);
  const fs::path file = dir_.path() / "state/ledger-main";
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(LauncherTest, ARefusedPinIsTriedOnceAcrossRestarts) {
  const SplitOptions options =
      Options("printf x >>'" + (dir_.path() / "tries").string() + "'; exit 3");
  const auto start = [&] {
    return RunWithClient(options, [](WorkerSource& source) {
      const auto worker = source.Start();
      if (!worker) return worker.error().reason == "PIN_REFUSED" ? 10 : 1;
      (void)Received(worker->socket);
      const WorkerEnd end = source.End(worker->number);
      // Refused in the same run, too.
      const auto again = source.Start();
      return end.exit_status == 3 && !again && again.error().reason == "PIN_REFUSED" ? 20 : 2;
    });
  };
  EXPECT_EQ(start(), 20);
  EXPECT_EQ(start(), 10);
  EXPECT_EQ(start(), 10);
  WritePin();
  EXPECT_EQ(start(), 20);
  EXPECT_EQ(start(), 10);
  std::string tries;
  std::getline(std::ifstream((dir_.path() / "tries").string()), tries);
  EXPECT_EQ(tries, "xx");
}

TEST_F(LauncherTest, AnOperatorMayHaveItTriedOnce) {
  EXPECT_EQ(RunWithClient(Options(kMarksTheRefusal),
                          [](WorkerSource& source) {
                            for (int round = 0; round < 3; ++round) {
                              source.AllowLogin();
                              const auto worker = source.Start();
                              if (!worker) return 1;
                              (void)Received(worker->socket);
                              (void)source.End(worker->number);
                              if (source.Start()) return 2;
                            }
                            return 0;
                          }),
            0);
}

TEST_F(LauncherTest, WithoutAPinThereIsNoWorker) {
  ASSERT_EQ(::unlink((dir_.path() / "pin").c_str()), 0);
  EXPECT_EQ(RunWithClient(Options(kUntilEndOfFile),
                          [&](WorkerSource& source) {
                            const auto worker = source.Start();
                            if (worker || worker.error().reason != "PIN_REFUSED") return 1;
                            // And it works by itself when it comes.
                            WritePin();
                            return source.Start() ? 0 : 2;
                          }),
            0);
}

TEST_F(LauncherTest, APinThatEverybodyReadsIsNone) {
  ASSERT_EQ(::chmod((dir_.path() / "pin").c_str(), 0604), 0);
  EXPECT_EQ(RunWithClient(Options(kUntilEndOfFile),
                          [&](WorkerSource& source) {
                            const auto worker = source.Start();
                            return !worker && worker.error().reason == "PIN_REFUSED" ? 0 : 1;
                          }),
            0);
}

// --- The daemon's end, and the launcher's

TEST_F(LauncherTest, ExitsWithTheDaemonsStatus) {
  EXPECT_EQ(RunWithClient(Options(kUntilEndOfFile), [](WorkerSource&) { return 7; }), 7);
}

TEST_F(LauncherTest, TheDaemonBlocksNoSignal) {
  EXPECT_EQ(RunWithClient(Options(kUntilEndOfFile),
                          [](WorkerSource&) {
                            sigset_t blocked;
                            (void)::sigprocmask(SIG_BLOCK, nullptr, &blocked);
                            return ::sigismember(&blocked, SIGTERM) == 0 ? 0 : 1;
                          }),
            0);
}

TEST_F(LauncherTest, PassesTheOrderToStopOn) {
  for (const int order : {SIGTERM, SIGINT, SIGHUP}) {
    LaunchedProcess launched(Options(kUntilEndOfFile),
                             [](const LauncherLink&, const Report& report) {
                               sigset_t signals;
                               sigemptyset(&signals);
                               sigaddset(&signals, SIGTERM);
                               (void)::sigprocmask(SIG_BLOCK, &signals, nullptr);
                               report(::getpid());
                               int signal = 0;
                               (void)::sigwait(&signals, &signal);
                               return signal == SIGTERM ? 5 : 6;
                             });
    ASSERT_GT(launched.Reported(), 0);
    ASSERT_EQ(::kill(launched.pid(), order), 0);
    EXPECT_EQ(launched.Wait(), 5) << order;
  }
}

// Starts a deaf worker, tells its number and the daemon's own, and does what `then` does.
LaunchedProcess::Daemon WithDeafWorker(const std::function<void()>& then) {
  return [then](LauncherLink link, const Report& report) {
    LauncherClient client(std::move(link), 1);
    const auto worker = client.SourceOf(0).Start();
    if (!worker) return 1;
    report(static_cast<pid_t>(std::stol(Received(worker->socket))));
    report(::getpid());
    then();
    return 2;
  };
}

TEST_F(LauncherTest, TheDaemonsDeathEndsTheWorkers) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  LaunchedProcess launched(Options(kDeaf), WithDeafWorker([&] {
                             char go = 0;
                             (void)!::read(ends[0], &go, 1);
                             (void)::raise(SIGKILL);
                           }));
  const ProcessWatch worker(launched.Reported());
  const ProcessWatch daemon(launched.Reported());
  ASSERT_EQ(::write(ends[1], "x", 1), 1);
  EXPECT_EQ(launched.Wait(), 128 + SIGKILL);
  EXPECT_TRUE(daemon.Ends());
  EXPECT_TRUE(worker.Ends());
}

TEST_F(LauncherTest, TheLaunchersDeathEndsEverybody) {
  LaunchedProcess launched(Options(kDeaf), WithDeafWorker([] { (void)::pause(); }));
  const ProcessWatch worker(launched.Reported());
  const ProcessWatch daemon(launched.Reported());
  ASSERT_EQ(::kill(launched.pid(), SIGKILL), 0);
  EXPECT_EQ(launched.Wait(), -SIGKILL);
  EXPECT_TRUE(daemon.Ends());
  EXPECT_TRUE(worker.Ends());
}

TEST_F(LauncherTest, HardensItselfAndSoItsWorkers) {
  SplitOptions options = Options("grep NoNewPrivs /proc/$$/status >&3");
  options.harden = []() -> Outcome {
    (void)::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return {};
  };
  EXPECT_EQ(RunWithClient(options,
                          [](WorkerSource& source) {
                            // The daemon has other children to think of: it does so itself.
                            if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0) return 1;
                            const auto worker = source.Start();
                            if (!worker) return 2;
                            return Received(worker->socket) == "NoNewPrivs:\t1\n" ? 0 : 3;
                          }),
            0);
}

// --- Accounts

TEST_F(LauncherTest, DaemonAndWorkersHaveAccountsOfTheirOwn) {
  if (::geteuid() != 0) GTEST_SKIP() << "takes root";
  SplitOptions options = Options("printf '%s' \"$(id -u):$(cat <&4):$(cat " +
                                 (dir_.path() / "pin").string() + " 2>&1)\" >&3");
  options.daemon = *FindAccount("daemon");
  options.workers = *FindAccount("games");
  const std::string games = std::to_string(options.workers->uid);
  const std::string pin = (dir_.path() / "pin").string();
  EXPECT_EQ(RunWithClient(options,
                          [&](WorkerSource& source) {
                            if (::getuid() != options.daemon->uid || ::setuid(0) == 0) return 1;
                            if (::access(pin.c_str(), R_OK) == 0) return 2;
                            const auto worker = source.Start();
                            if (!worker) return 3;
                            const std::string said = Received(worker->socket);
                            if (!said.starts_with(games + ":1234:")) return 4;
                            if (said.find("Permission denied") == std::string::npos) return 5;
                            (void)source.End(worker->number);
                            // The link works both ways still, and the launcher kills across.
                            const auto other = source.Start();
                            return other ? 0 : 6;
                          }),
            0);
}

}  // namespace
}  // namespace dkimkeeper::launcher

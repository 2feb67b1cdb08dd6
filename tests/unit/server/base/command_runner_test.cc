#include "server/base/command_runner.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>
#include <string>

#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Command Shell(const std::string& script, milliseconds limit = seconds(60)) {
  return {.argv = {"/bin/sh", "-c", script}, .time_limit = limit};
}

class CommandRunnerTest : public testing::Test {
 protected:
  CommandResult Run(const Command& command, const std::string& input = "") {
    const auto runner = CommandRunner::Start({Shell("exit 99"), command});
    EXPECT_TRUE(runner) << runner.error().message;
    auto result = (*runner)->Run(command, input);
    EXPECT_TRUE(result) << result.error().message;
    return result.value_or(CommandResult{.failure = "none", .output = ""});
  }
  [[nodiscard]] std::string Path(const char* name) const { return (dir_.path() / name).string(); }

  TempDir dir_;
};

TEST_F(CommandRunnerTest, InputGoesInAndOutputComesOut) {
  const CommandResult result = Run(Shell("tr a-z A-Z"), "hello\n");
  EXPECT_EQ(result.failure, "");
  EXPECT_EQ(result.output, "HELLO\n");
  EXPECT_FALSE(result.is_cut);
}

TEST_F(CommandRunnerTest, InputThatIsNotReadHoldsUpNobody) {
  EXPECT_EQ(Run(Shell("exit 0"), std::string(1U << 20, 'x')).failure, "");
}

TEST_F(CommandRunnerTest, FailureIsSaidInWords) {
  const struct {
    Command command;
    std::string failure;
  } rows[] = {
      {Shell("echo why; exit 7"), "exit status 7"},
      {Shell("kill -9 $$"), "ended by signal 9"},
      {Shell("exec tail -f /dev/null", milliseconds(200)), "killed after 200 ms"},
      {{.argv = {"/nonexistent"}}, "cannot be started: No such file or directory"},
  };
  for (const auto& row : rows) EXPECT_EQ(Run(row.command).failure, row.failure);
}

TEST_F(CommandRunnerTest, KilledWithItsChildren) {
  ASSERT_EQ(::mkfifo(Path("fifo").c_str(), 0600), 0);
  const int reader = ::open(Path("fifo").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const auto result = Run(Shell("tail -f /dev/null > " + Path("fifo") + " & wait", seconds(1)));
  EXPECT_EQ(result.failure, "killed after 1000 ms");
  // End of file once nobody has the other end any more.
  pollfd gone{.fd = reader, .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&gone, 1, 60'000), 1);
  EXPECT_EQ(gone.revents, POLLHUP);
  ::close(reader);
}

TEST_F(CommandRunnerTest, TooMuchOutputIsCut) {
  const CommandResult result = Run(Shell("exec yes"));
  EXPECT_TRUE(result.is_cut);
  EXPECT_EQ(result.output.size(), kMaxCommandOutputBytes);
  EXPECT_EQ(result.failure, "ended by signal 13");
}

TEST_F(CommandRunnerTest, InheritsNothingElse) {
  const int leak = ::open("/dev/null", O_RDONLY);  // no CLOEXEC, as a careless library opens it
  ASSERT_GE(leak, 0);
  const auto result = Run(Shell("env | grep -Ev '^(PWD|OLDPWD|SHLVL|_)='; ls /proc/self/fd"));
  ::close(leak);
  EXPECT_EQ(result.output,
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n0\n1\n2\n3\n");
}

TEST_F(CommandRunnerTest, WhatIsLeftRunningDoesNotHoldUpTheAnswer) {
  ASSERT_EQ(::mkfifo(Path("fifo").c_str(), 0600), 0);
  const int writer = ::open(Path("fifo").c_str(), O_RDWR | O_CLOEXEC);
  // The shell opens the queue before it answers: a later opening could miss the writer, and wait.
  EXPECT_EQ(Run(Shell("exec 3< " + Path("fifo") + "; read line <&3 & echo done")).output, "done\n");
  EXPECT_EQ(::write(writer, "\n", 1), 1);
  ::close(writer);
}

TEST_F(CommandRunnerTest, CommandsRunSideBySide) {
  ASSERT_EQ(::mkfifo(Path("fifo").c_str(), 0600), 0);
  const Command waits = Shell("cat " + Path("fifo"));
  const Command tells = Shell("echo hello > " + Path("fifo"));
  const auto runner = CommandRunner::Start({waits, tells});
  ASSERT_TRUE(runner);
  auto waiting = std::async(std::launch::async, [&] { return (*runner)->Run(waits, ""); });
  EXPECT_EQ((*runner)->Run(tells, "")->failure, "");
  EXPECT_EQ(waiting.get()->output, "hello\n");
}

TEST_F(CommandRunnerTest, ChildThatIsGoneIsAnError) {
  const auto runner = CommandRunner::Start({Shell("exit 0")});
  ASSERT_TRUE(runner);
  ASSERT_EQ(::kill((*runner)->pid(), SIGKILL), 0);
  ASSERT_EQ(::waitpid((*runner)->pid(), nullptr, 0), (*runner)->pid());
  const auto result = (*runner)->Run(Shell("exit 0"), "");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kInternal);
}

TEST_F(CommandRunnerTest, ChildEndsWithTheRunner) {
  auto runner = CommandRunner::Start({Shell("exit 0")});
  ASSERT_TRUE(runner);
  const pid_t pid = (*runner)->pid();
  runner->reset();
  int status = -1;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
}

TEST_F(CommandRunnerTest, RefusesARelativeProgram) {
  const auto runner = CommandRunner::Start({{.argv = {"hook"}}});
  ASSERT_FALSE(runner);
  EXPECT_EQ(runner.error().reason, "BAD_CONFIG");
}

}  // namespace
}  // namespace dkimkeeper

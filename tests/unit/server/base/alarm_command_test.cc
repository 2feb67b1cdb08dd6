#include "server/base/alarm_command.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// Each test runs a script, closes the command and waits for the child to end: by then it has run
// everything that was queued.
class AlarmCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/alarm-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<AlarmCommand> Start(const std::string& script, milliseconds limit = seconds(60)) {
    auto command = AlarmCommand::Start(
        {.argv = {"/bin/sh", "-c", script, "sh", directory_.string()}, .time_limit = limit}, log_);
    EXPECT_TRUE(command) << command.error().message;
    return std::move(command.value());
  }

  // The child's exit status, once the daemon's end is closed and the queue is empty.
  static int Finish(std::unique_ptr<AlarmCommand> command) {
    const pid_t pid = command->pid();
    command.reset();
    int status = -1;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    return status;
  }

  std::string Read(const std::string& name) const {
    std::ifstream file(directory_ / name);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  std::filesystem::path directory_;
  // The child writes its events into a file: the memory of this process is not its own any more.
  EventLog log_{[this](Severity, std::string_view line) {
    std::ofstream(directory_ / "log", std::ios::app) << line << '\n';
  }};
};

TEST_F(AlarmCommandTest, RunsOncePerAlarmInOrderWithTheAlarmInItsEnvironment) {
  auto command =
      Start(R"(printf '%s|%s|%s\n' "$DKIMKEEPER_ALARM_NAME" "$DKIMKEEPER_ALARM_SUBJECT" )"
            R"("$DKIMKEEPER_ALARM_MESSAGE" >> "$1/out")");
  EXPECT_TRUE(command->Send({"token.away", "main", "start \"it\"; $(id)", {}}));
  EXPECT_TRUE(command->Send({"tls.refused", "", "second", {}}));

  EXPECT_EQ(Finish(std::move(command)), 0);
  EXPECT_EQ(Read("out"), "token.away|main|start \"it\"; $(id)\ntls.refused||second\n");
  EXPECT_EQ(Read("log"), "");
}

TEST_F(AlarmCommandTest, InheritsNothingElse) {
  const int leak = ::open("/dev/null", O_RDONLY);  // no CLOEXEC, as a careless library opens it
  ASSERT_GE(leak, 0);
  // PWD, OLDPWD, SHLVL and _ are what a shell sets by itself.
  auto command = Start(R"(env | grep -Ev '^(PWD|OLDPWD|SHLVL|_)=' | sort > "$1/env"
                          ls /proc/self/fd > "$1/fds")");
  EXPECT_TRUE(command->Send({"a", "b", "c", {}}));

  EXPECT_EQ(Finish(std::move(command)), 0);
  ::close(leak);
  EXPECT_EQ(Read("env"),
            "DKIMKEEPER_ALARM_MESSAGE=c\nDKIMKEEPER_ALARM_NAME=a\nDKIMKEEPER_ALARM_SUBJECT=b\n"
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
  EXPECT_EQ(Read("fds"), "0\n1\n2\n3\n");  // 3 is the directory that ls itself reads
}

TEST_F(AlarmCommandTest, CommandThatTakesTooLongIsKilledWithItsChildren) {
  ASSERT_EQ(::mkfifo((directory_ / "fifo").c_str(), 0600), 0);
  const int reader = ::open((directory_ / "fifo").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  auto command = Start(R"(echo "$DKIMKEEPER_ALARM_NAME" >> "$1/out"; sleep 900 > "$1/fifo" & wait)",
                       milliseconds(200));
  EXPECT_TRUE(command->Send({"first", "", "", {}}));
  EXPECT_TRUE(command->Send({"second", "", "", {}}));

  EXPECT_EQ(Finish(std::move(command)), 0);
  // End of file, not "nothing yet", once nobody has the other end any more.
  pollfd gone{.fd = reader, .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&gone, 1, 60'000), 1);
  EXPECT_EQ(gone.revents, POLLHUP);
  ::close(reader);
  EXPECT_EQ(Read("out"), "first\nsecond\n");
  EXPECT_EQ(Read("log"),
            "event=alarm.command_failed alarm=first subject=\"\" command=/bin/sh "
            "failure=\"killed after 200 ms\"\n"
            "event=alarm.command_failed alarm=second subject=\"\" command=/bin/sh "
            "failure=\"killed after 200 ms\"\n");
}

TEST_F(AlarmCommandTest, FailureOfTheCommandIsAnEvent) {
  auto command = Start("exit 7");
  EXPECT_TRUE(command->Send({"a", "b", "c", {}}));
  EXPECT_EQ(Finish(std::move(command)), 0);
  EXPECT_THAT(Read("log"), HasSubstr("failure=\"exit status 7\""));
}

TEST_F(AlarmCommandTest, ProgramThatIsNotThereIsAnEvent) {
  auto command = AlarmCommand::Start({.argv = {"/nonexistent/mailer"}}, log_);
  ASSERT_TRUE(command);
  EXPECT_TRUE((*command)->Send({"a", "b", "c", {}}));
  EXPECT_EQ(Finish(std::move(*command)), 0);
  EXPECT_THAT(Read("log"), HasSubstr("cannot be started: No such file or directory"));
}

TEST_F(AlarmCommandTest, LongPartsAreCutAndNulEndsAPart) {
  auto command =
      Start(R"(printf '%s|%s' "$DKIMKEEPER_ALARM_SUBJECT" "${#DKIMKEEPER_ALARM_MESSAGE}")"
            R"( > "$1/out")");
  EXPECT_TRUE(command->Send({"a", std::string("b\0c", 3), std::string(100'000, 'x'), {}}));
  EXPECT_EQ(Finish(std::move(command)), 0);
  EXPECT_EQ(Read("out"), "b|4096");
}

TEST_F(AlarmCommandTest, FullQueueRefusesWithoutBlocking) {
  auto command = Start(R"(read line < "$1/fifo")", seconds(300));
  ASSERT_EQ(::mkfifo((directory_ / "fifo").c_str(), 0600), 0);
  const int writer = ::open((directory_ / "fifo").c_str(), O_RDWR | O_CLOEXEC);
  int queued = 0;
  while (queued < 100'000 && command->Send({"a", "b", std::string(4096, 'x'), {}})) ++queued;
  EXPECT_GT(queued, 8);
  EXPECT_LT(queued, 100'000);

  ASSERT_EQ(::kill(command->pid(), SIGKILL), 0);
  (void)Finish(std::move(command));
  // The shell that still waits gets its line and ends.
  EXPECT_EQ(::write(writer, "\n", 1), 1);
  ::close(writer);
}

TEST_F(AlarmCommandTest, ChildThatIsGoneIsAFailureNotASignal) {
  auto command = Start("exit 0");
  const pid_t pid = command->pid();
  ASSERT_EQ(::kill(pid, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_FALSE(command->Send({"a", "b", "c", {}}));
}

TEST_F(AlarmCommandTest, StopSignalsDoNotLoseQueuedAlarms) {
  auto command = Start(R"(kill -TERM "$PPID"; echo ran >> "$1/out")");
  EXPECT_TRUE(command->Send({"a", "", "", {}}));
  EXPECT_TRUE(command->Send({"b", "", "", {}}));
  EXPECT_EQ(Finish(std::move(command)), 0);
  EXPECT_EQ(Read("out"), "ran\nran\n");
}

TEST(AlarmCommandStartTest, RefusesARelativeProgram) {
  EventLog log([](Severity, std::string_view) {});
  for (const auto& argv : {std::vector<std::string>{}, std::vector<std::string>{"mail"}}) {
    const auto command = AlarmCommand::Start({.argv = argv}, log);
    ASSERT_FALSE(command);
    EXPECT_EQ(command.error().code, Code::kInvalidArgument);
    EXPECT_EQ(command.error().reason, "BAD_CONFIG");
  }
}

}  // namespace
}  // namespace dkimkeeper

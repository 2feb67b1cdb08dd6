#include "proto/base/run_command.h"

#include <gmock/gmock.h>

namespace dkimkeeper {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

std::string EndOf(const std::vector<std::string>& argv,
                  std::chrono::milliseconds limit = seconds(60)) {
  const Outcome outcome = RunCommand(argv, limit);
  return outcome ? "good" : outcome.error().message;
}

TEST(RunCommand, SaysHowItEnded) {
  EXPECT_EQ(EndOf({"/bin/true"}), "good");
  EXPECT_EQ(EndOf({"/bin/false"}), "/bin/false: exit status 1");
  EXPECT_EQ(EndOf({"/bin/sh", "-c", "kill -9 $$"}), "/bin/sh: ended by signal 9");
  EXPECT_THAT(EndOf({"/nowhere/program"}), HasSubstr("cannot be started: No such file"));
}

TEST(RunCommand, KillsWhatDoesNotEnd) {
  EXPECT_EQ(EndOf({"/bin/sh", "-c", "sleep 1000 & wait"}, std::chrono::milliseconds(50)),
            "/bin/sh: killed after 50 ms");
}

TEST(RunCommand, GivesNothingOfThisProcess) {
  EXPECT_EQ(
      EndOf({"/bin/sh", "-c",
             "test \"$(env | grep -cv -e ^PWD= -e ^_= -e ^PATH= -e ^SHLVL= -e ^OLDPWD=)\" = 0"}),
      "good");
  EXPECT_EQ(EndOf({"/bin/sh", "-c", "test \"$(readlink /proc/$$/fd/1)\" = /dev/null"}), "good");
}

}  // namespace
}  // namespace dkimkeeper

#include "hsm/launcher/account.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dkimkeeper::launcher {
namespace {

using testing::Contains;
using testing::HasSubstr;

// An account of every Debian, by its fixed number (base-passwd).
constexpr const char* kName = "daemon";
constexpr uid_t kNumber = 1;

TEST(AccountTest, ByName) {
  const auto account = FindAccount(kName);
  ASSERT_TRUE(account);
  EXPECT_EQ(account->uid, kNumber);
  EXPECT_EQ(account->gid, gid_t{1});
  EXPECT_THAT(account->groups, Contains(gid_t{1}));
}

TEST(AccountTest, ByNumber) {
  const auto account = FindAccount(std::to_string(kNumber));
  ASSERT_TRUE(account);
  EXPECT_EQ(account->uid, kNumber);
}

TEST(AccountTest, RefusesWhatIsNone) {
  for (const char* text : {"", "no such account", "4294967294", "1x", "-1"}) {
    const auto account = FindAccount(text);
    ASSERT_FALSE(account) << text;
    EXPECT_EQ(account.error().reason, "BAD_CONFIG");
  }
}

TEST(AccountTest, RefusesRoot) {
  for (const char* text : {"root", "0"}) {
    const auto account = FindAccount(text);
    ASSERT_FALSE(account) << text;
    EXPECT_THAT(account.error().message, HasSubstr("root"));
  }
}

// What a child answers that has become `account`.
int InChild(int (*judge)(const Account&)) {
  const Account account = *FindAccount(kName);
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(judge(account));
  int status = -1;
  (void)::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(AccountTest, BecomesItForGood) {
  if (::geteuid() != 0) GTEST_SKIP() << "takes root";
  EXPECT_EQ(InChild([](const Account& account) {
              if (!BecomeAccount(account)) return 1;
              if (::getuid() != account.uid || ::getegid() != account.gid) return 2;
              if (::setuid(0) == 0 || ::setgid(0) == 0) return 3;
              if (::access("/etc/shadow", R_OK) == 0) return 4;
              return 0;
            }),
            0);
}

TEST(AccountTest, ASecondTimeIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "takes root";
  EXPECT_EQ(InChild([](const Account& account) {
              if (!BecomeAccount(account)) return 1;
              return BecomeAccount(account) ? 2 : 0;
            }),
            0);
}

}  // namespace
}  // namespace dkimkeeper::launcher

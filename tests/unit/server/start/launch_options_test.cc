#include "server/launch_options.h"

#include <gmock/gmock.h>
#include <unistd.h>

namespace dkimkeeper {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class LaunchOptionsTest : public testing::Test {
 protected:
  LaunchOptionsTest() {
    TokenConfig& token = config_.tokens.emplace_back();
    token.name = "main";
    token.module = "/m.so";
    token.label = "keeper";
    token.pin_file = "/pin";
    config_.isolation.state = "/state";
  }
  [[nodiscard]] Result<launcher::SplitOptions> Options() {
    return LaunchOptions(config_, surroundings_, events_);
  }
  [[nodiscard]] std::string Refusal() {
    const auto options = Options();
    EXPECT_FALSE(options);
    if (options) return "";
    EXPECT_EQ(options.error().reason, "BAD_CONFIG");
    return options.error().message;
  }

  Config config_;
  LaunchSurroundings surroundings_{.own_program = "/usr/sbin/dkimkeeperd",
                                   .credentials_directory = nullptr};
  EventLog events_{[](Severity, std::string_view) {}};
};

TEST_F(LaunchOptionsTest, OneRecipeAToken) {
  TokenConfig other = config_.tokens[0];
  other.name = "other";
  other.label.clear();
  other.serial = "00ff";
  other.workers = 3;
  other.environment = {"A=b"};
  other.sandbox = Sandbox::kNetwork;
  other.sandbox_allow = {"ioctl", "mkdir"};
  other.destroy_limit = 7;
  config_.tokens.push_back(other);
  const auto options = Options();
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->state, "/state");
  EXPECT_FALSE(options->daemon);
  EXPECT_FALSE(options->workers);
  ASSERT_EQ(options->recipes.size(), 2U);
  const auto& [first, second] = std::pair(options->recipes[0], options->recipes[1]);
  EXPECT_EQ(first.token, "main");
  EXPECT_EQ(first.program, "/usr/sbin/dkimkeeper-token");
  EXPECT_THAT(first.arguments,
              ElementsAre("serve", "--name=main", "--module=/m.so", "--label=keeper",
                          "--sessions=4", "--socket-fd=3", "--pin-fd=4", "--ledger-fd=5",
                          "--destroy-limit=20", "--sandbox=strict"));
  EXPECT_EQ(first.pin_path, "/pin");
  EXPECT_EQ(first.max_workers, 2U);
  EXPECT_EQ(second.token, "other");
  EXPECT_THAT(second.arguments, Contains("--serial=00ff"));
  EXPECT_THAT(second.arguments, Contains("--destroy-limit=7"));
  EXPECT_THAT(second.arguments, Contains("--sandbox=network"));
  EXPECT_THAT(second.arguments, Contains("--sandbox-allow=ioctl"));
  EXPECT_THAT(second.arguments, Contains("--sandbox-allow=mkdir"));
  EXPECT_THAT(second.environment, ElementsAre("A=b"));
  EXPECT_EQ(second.max_workers, 3U);
}

TEST_F(LaunchOptionsTest, AnotherProgram) {
  config_.isolation.worker = "/opt/worker";
  EXPECT_EQ(Options()->recipes[0].program, "/opt/worker");
}

TEST_F(LaunchOptionsTest, ACredentialIsAFileOfSystemd) {
  config_.tokens[0].pin_file.clear();
  config_.tokens[0].pin_credential = "pin";
  EXPECT_THAT(Refusal(), HasSubstr("$CREDENTIALS_DIRECTORY"));
  surroundings_.credentials_directory = "/run/credentials/x";
  EXPECT_EQ(Options()->recipes[0].pin_path, "/run/credentials/x/pin");
}

TEST_F(LaunchOptionsTest, AccountsTakeRoot) {
  config_.isolation.daemon_user = "daemon";
  config_.isolation.token_user = "games";
  if (::geteuid() != 0) {
    EXPECT_THAT(Refusal(), HasSubstr("root"));
    return;
  }
  const auto options = Options();
  ASSERT_TRUE(options && options->daemon && options->workers);
  EXPECT_NE(options->daemon->uid, options->workers->uid);
}

TEST_F(LaunchOptionsTest, TwoNamesOfOneAccountKeepNothingApart) {
  config_.isolation.daemon_user = "daemon";
  config_.isolation.token_user = "1";
  EXPECT_THAT(Refusal(), HasSubstr("one account"));
}

TEST_F(LaunchOptionsTest, AnAccountThatThereIsNotIsNamed) {
  config_.isolation.daemon_user = "nobody-of-this-name";
  config_.isolation.token_user = "games";
  EXPECT_THAT(Refusal(), HasSubstr("nobody-of-this-name"));
}

}  // namespace
}  // namespace dkimkeeper

// [[token]] and [isolation].
#include <gmock/gmock.h>

#include "server/config/parse.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::ElementsAre;

TEST(ReadTokensTest, EveryValueIsRead) {
  const auto parsed = ParseConfig(R"(
[server]
listen = []
[[socket]]
path = "/run/a.sock"
identity = "unix:a"
[store]
path = "/s"
[access]
administrators = []
[audit]
directory = "/a"
[[token]]
name = "hsm-1"
module = "/m.so"
serial = "00ff"
pin_credential = "pin"
workers = 3
sessions = 8
environment = ["HSM_CONF=/etc/hsm.conf", "A="]
sandbox = "network"
sandbox_allow = ["ioctl", "mkdir"]
destroy_limit = 0
start_limit = "1m"
sign_limit = "500ms"
max_keys = 1000
require_backup = true
[[token]]
name = "soft"
module = "/n.so"
label = "keeper"
pin_file = "/pin"
sandbox = "off"
[isolation]
daemon_user = "keeper"
token_user = "998"
worker = "/opt/dkimkeeper-token"
state = "/var/lib/launcher"
)",
                                  "c");
  ASSERT_TRUE(parsed) << parsed.error().message;
  const Config& config = parsed->config;
  ASSERT_EQ(config.tokens.size(), 2U);
  const TokenConfig& token = config.tokens[0];
  EXPECT_EQ(token.name, "hsm-1");
  EXPECT_EQ(token.module, "/m.so");
  EXPECT_EQ(token.label, "");
  EXPECT_EQ(token.serial, "00ff");
  EXPECT_EQ(token.pin_file, "");
  EXPECT_EQ(token.pin_credential, "pin");
  EXPECT_EQ(token.workers, 3U);
  EXPECT_EQ(token.sessions, 8U);
  EXPECT_THAT(token.environment, ElementsAre("HSM_CONF=/etc/hsm.conf", "A="));
  EXPECT_EQ(token.sandbox, Sandbox::kNetwork);
  EXPECT_THAT(token.sandbox_allow, ElementsAre("ioctl", "mkdir"));
  EXPECT_EQ(token.destroy_limit, 0U);
  EXPECT_EQ(token.start_limit, minutes(1));
  EXPECT_EQ(token.sign_limit, milliseconds(500));
  EXPECT_EQ(token.max_keys, 1000U);
  EXPECT_TRUE(token.require_backup);
  EXPECT_EQ(config.tokens[1].name, "soft");
  EXPECT_EQ(config.tokens[1].sandbox, Sandbox::kOff);
  EXPECT_EQ(config.isolation.daemon_user, "keeper");
  EXPECT_EQ(config.isolation.token_user, "998");
  EXPECT_EQ(config.isolation.worker, "/opt/dkimkeeper-token");
  EXPECT_EQ(config.isolation.state, "/var/lib/launcher");
}

}  // namespace
}  // namespace dkimkeeper

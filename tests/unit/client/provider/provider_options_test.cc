#include "client/provider/provider_options.h"

#include <gtest/gtest.h>

#include "proto/reason.h"

namespace dkimkeeper::provider {
namespace {

TEST(ProviderOptions, HaveDefaults) {
  const auto options = ReadOptions({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->client.socket, "/run/dkimkeeper-agent/reference.sock");
  EXPECT_EQ(options->client.limit, std::chrono::seconds(10));
  EXPECT_FALSE(options->rsa_bridge);
}

TEST(ProviderOptions, SayWhatTheSectionSays) {
  const auto options = ReadOptions({.agent_socket = "/a", .limit_ms = "1500", .rsa_bridge = "yes"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->client.socket, "/a");
  EXPECT_EQ(options->client.limit, std::chrono::milliseconds(1500));
  EXPECT_TRUE(options->rsa_bridge);
  EXPECT_FALSE(ReadOptions({.rsa_bridge = "no"})->rsa_bridge);
}

TEST(ProviderOptions, TakeTheEnvironmentsSocketFirst) {
  const auto options = ReadOptions({.agent_socket = "/a", .environment_socket = "/b"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->client.socket, "/b");
}

TEST(ProviderOptions, RefuseWhatIsNone) {
  const struct {
    const char* setting;
    ProviderSettings settings;
  } cases[] = {
      {"agent_socket", {.agent_socket = "relative.sock"}},
      {"agent_socket", {.environment_socket = ""}},
      {"limit_ms", {.limit_ms = "0"}},
      {"limit_ms", {.limit_ms = "600001"}},
      {"limit_ms", {.limit_ms = "10s"}},
      {"limit_ms", {.limit_ms = "99999999999999999999"}},
      {"rsa_bridge", {.rsa_bridge = "true"}},
  };
  for (const auto& one : cases) {
    const auto options = ReadOptions(one.settings);
    ASSERT_FALSE(options) << one.setting;
    EXPECT_EQ(options.error().reason, reason::kBadOption);
    EXPECT_NE(options.error().message.find(one.setting), std::string::npos);
  }
}

}  // namespace
}  // namespace dkimkeeper::provider

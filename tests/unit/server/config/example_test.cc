// deploy/dkimkeeperd.toml is the schema that people read: it loads, and it shows every key.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "server/config/parse.h"

namespace dkimkeeper {
namespace {

constexpr const char* kExample = DKIMKEEPER_EXAMPLE_CONFIG;

std::string Text() {
  std::ifstream file(kExample);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The line `#key = …` of [table] without its comment sign taken as written.
bool ShowsCommented(const std::string& dotted) {
  const auto dot = dotted.find('.');
  const std::string table = dotted.substr(0, dot);
  const std::string key = dotted.substr(dot + 1);
  std::istringstream lines(Text());
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('[')) inside = line == "[" + table + "]" || line == "[[" + table + "]]";
    if (inside && line.starts_with("#" + key + " = ")) return true;
  }
  return false;
}

TEST(ExampleConfigTest, Loads) {
  const auto parsed = LoadConfig(kExample);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->config.sockets.size(), 1U);
}

TEST(ExampleConfigTest, ShowsEveryKey) {
  const auto parsed = LoadConfig(kExample);
  ASSERT_TRUE(parsed) << parsed.error().message;
  for (const std::string& key : parsed->defaulted) {
    EXPECT_TRUE(ShowsCommented(key)) << key << " is neither written nor shown in a comment";
  }
  EXPECT_THAT(
      parsed->defaulted,
      testing::UnorderedElementsAre(
          "socket.owner", "socket.group", "token.serial", "token.pin_credential",
          "tls.private_copy", "tls.revocation_lists", "store.postgresql", "store.password_file",
          "token.environment", "isolation.worker", "dns.resolvers", "audit.origin", "audit.token"));
}

// The publishers need files that are not there by themselves, and stand in comments.
TEST(ExampleConfigTest, PublishersInCommentsLoad) {
  std::istringstream lines(Text());
  std::string written;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#[[")) inside = true;
    if (line.starts_with("[")) inside = false;
    const bool is_code = line.size() > 1 && line.front() == '#' && line[1] != ' ';
    written += (inside && is_code ? line.substr(1) : line) + "\n";
  }
  const auto parsed = ParseConfig(written, "example");
  ASSERT_TRUE(parsed) << parsed.error().message;
  std::vector<std::size_t> kinds;
  for (const PublisherOptions& publisher : parsed->config.publishers) {
    kinds.push_back(publisher.how.index());
  }
  EXPECT_THAT(kinds, testing::ElementsAre(0, 1, 1, 2, 3));
}

TEST(ExampleConfigTest, ShowsTheDefaults) {
  const auto shown = LoadConfig(kExample);
  ASSERT_TRUE(shown);
  const Config& config = shown->config;
  const Config defaults;
  EXPECT_EQ(config.server.health, defaults.server.health);
  EXPECT_EQ(config.server.reflection, defaults.server.reflection);
  EXPECT_EQ(config.server.shutdown_grace, defaults.server.shutdown_grace);
  EXPECT_EQ(config.tls.allow_tls12, defaults.tls.allow_tls12);
  EXPECT_EQ(config.tls.reload, defaults.tls.reload);
  EXPECT_EQ(config.tls.max_connection_age, defaults.tls.max_connection_age);
  EXPECT_EQ(config.sockets.at(0).mode, SocketConfig().mode);
  const TokenConfig& token = config.tokens.at(0);
  const TokenConfig bare;
  EXPECT_EQ(token.workers, bare.workers);
  EXPECT_EQ(token.sessions, bare.sessions);
  EXPECT_EQ(token.sandbox, bare.sandbox);
  EXPECT_EQ(token.sandbox_allow, bare.sandbox_allow);
  EXPECT_EQ(token.destroy_limit, bare.destroy_limit);
  EXPECT_EQ(token.start_limit, bare.start_limit);
  EXPECT_EQ(token.sign_limit, bare.sign_limit);
  EXPECT_EQ(token.max_keys, bare.max_keys);
  EXPECT_EQ(token.require_backup, bare.require_backup);
  EXPECT_EQ(config.signing.queue_limit, defaults.signing.queue_limit);
  EXPECT_EQ(config.signing.workers, bare.workers * bare.sessions);
  EXPECT_EQ(config.signing.max_batch, defaults.signing.max_batch);
  EXPECT_EQ(config.policy.keys, defaults.policy.keys);
  EXPECT_EQ(config.policy.allow_activation_without_dns_proof,
            defaults.policy.allow_activation_without_dns_proof);
  EXPECT_TRUE(config.dns.host_resolvers);
  EXPECT_EQ(config.dns.options.time_limit, defaults.dns.options.time_limit);
  EXPECT_EQ(config.dns.options.ipv6, defaults.dns.options.ipv6);
  EXPECT_EQ(config.alarm.command, defaults.alarm.command);
  EXPECT_EQ(config.alarm.time_limit, defaults.alarm.time_limit);
}

}  // namespace
}  // namespace dkimkeeper

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <string>

#include "client/agent/config/parse_agent_config.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/client/agent/support.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

constexpr std::string_view kLeast = "[server]\naddresses = [\"unix:/run/keeper.sock\"]\n";

// A host with one user and one group.
Accounts SomeAccounts() {
  const auto known = [](const char* name, unsigned number) {
    return [name, number](const std::string& asked) {
      return asked == name ? std::optional(number) : std::nullopt;
    };
  };
  return {.user = known("opendkim", 105), .group = known("signers", 2000)};
}

AgentConfig Parsed(const std::string& text) {
  auto config = ParseAgentConfig(text, "c", SomeAccounts());
  EXPECT_TRUE(config) << config.error().message;
  return config.value_or(AgentConfig{});
}

std::string Refusal(const std::string& text) {
  const auto config = ParseAgentConfig(text, "c", SomeAccounts());
  return config ? "" : config.error().message;
}

std::string WithLeast(const std::string& more) { return std::string(kLeast) + more; }

std::string Example() {
  std::ifstream file(DKIMKEEPER_AGENT_EXAMPLE);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Its lines that are commented out, but for prose, taken in.
std::string ExampleWithEverything() {
  std::string text = Example();
  std::string all;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with('#') && !line.starts_with("# ") && !line.starts_with("##"))
      line.erase(0, 1);
    const bool other_of_two = line.starts_with("listen = \"127.0.0.1:8891\"");
    if (!other_of_two) all += line + "\n";
  }
  return all;
}

TEST(AgentConfigTest, TheExampleIsTheDefault) {
  const AgentConfig config = Parsed(Example());
  const AgentConfig least = Parsed(std::string(kLeast));
  EXPECT_EQ(std::get<SocketFile>(config.milter).path, std::get<SocketFile>(least.milter).path);
  EXPECT_EQ(std::get<SocketFile>(config.milter).mode, 0660U);
  EXPECT_EQ(config.server.deadline, least.server.deadline);
  EXPECT_EQ(config.keys_file, least.keys_file);
  EXPECT_EQ(config.metrics, least.metrics);
  EXPECT_FALSE(config.local || least.local) << "no socket that nobody asked for";
  EXPECT_FALSE(config.opendkim || least.opendkim) << "no table that nobody asked for";
  EXPECT_EQ(config.policy.foreign_author, least.policy.foreign_author);
  EXPECT_EQ(config.policy.malformed, least.policy.malformed);
  EXPECT_EQ(config.policy.unknown_domain, least.policy.unknown_domain);
  EXPECT_EQ(config.policy.canonicalization, least.policy.canonicalization);
  EXPECT_EQ(config.policy.originates.networks.size(), least.policy.originates.networks.size());
}

TEST(AgentConfigTest, EveryKeyOfTheExampleIsOne) {
  const AgentConfig config = Parsed(ExampleWithEverything());
  EXPECT_EQ(config.author_map, "/etc/dkimkeeper/authors");
  EXPECT_EQ(config.policy.expires_after, std::chrono::hours(24 * 14));
  EXPECT_EQ(config.policy.signed_headers.size(), 5U);
  EXPECT_EQ(config.policy.unsigned_note, "X-DKIM-Keeper-Unsigned");
  ASSERT_TRUE(config.policy.second);
  EXPECT_EQ(config.policy.second->domain, Dom("provider.example"));
  EXPECT_THAT(config.policy.sender_rules.HeaderNames(), testing::ElementsAre("x-service"));
}

// The example with everything, but for what it says of users: the defaults.
TEST(AgentConfigTest, TheSocketOfProgramsHasTheDefaultsOfTheExample) {
  const auto example = Parsed(ExampleWithEverything()).local;
  const auto least = Parsed(WithLeast("[local]\n")).local;
  ASSERT_TRUE(example && least);
  EXPECT_EQ(example->path, least->path);
  EXPECT_EQ(example->mode, least->mode);
  EXPECT_EQ(example->limits.connections, least->limits.connections);
  EXPECT_EQ(example->limits.threads, least->limits.threads);
  EXPECT_EQ(example->group, 2000U);
  EXPECT_EQ(least->group, std::nullopt);
}

TEST(AgentConfigTest, RulesAllowWhatTheyNameAndNothingElse) {
  const LocalAccess access = Parsed(ExampleWithEverything()).policy.local_access;
  const Peer user{.pid = 1, .uid = 105, .gid = 1, .groups = {}};
  const Peer member{.pid = 1, .uid = 0, .gid = 1, .groups = {2000}};
  const Sender sender = Sender::Default();
  for (const Algorithm algorithm : {Algorithm::kRsaSha256, Algorithm::kEd25519Sha256}) {
    EXPECT_TRUE(access.CheckKey(user, Dom("example.com"), sender, algorithm));
    EXPECT_FALSE(access.CheckKey(user, Dom("example.com"), SenderNamed("news"), algorithm));
    EXPECT_FALSE(access.CheckKey(user, Dom("example.org"), sender, algorithm));
    EXPECT_TRUE(access.CheckKey(member, Dom("example.org"), SenderNamed("news"), algorithm));
  }
  const LocalAccess rsa =
      Parsed(WithLeast("[[local.access]]\nuser = \"opendkim\"\ndomain = \"example.com\"\n"
                       "algorithms = [\"rsa-sha256\"]\n"))
          .policy.local_access;
  EXPECT_TRUE(rsa.CheckKey(user, Dom("example.com"), SenderNamed("news"), Algorithm::kRsaSha256));
  EXPECT_FALSE(rsa.CheckKey(user, Dom("example.com"), sender, Algorithm::kEd25519Sha256));
  EXPECT_FALSE(Parsed(WithLeast("[local]\n")).policy.local_access.CheckDomain(user, Dom("a.com")));
}

TEST(AgentConfigTest, ANoteClaimsNothingThatOthersRead) {
  for (const char* name : {"DKIM-Signature", "Received", "X-A: b", "X-", "X-\\r\\nTo"}) {
    const std::string note = std::string("[signature]\nunsigned_note = \"") + name + "\"\n";
    EXPECT_THAT(Refusal(WithLeast(note)), HasSubstr("signature.unsigned_note")) << name;
  }
}

TEST(AgentConfigTest, AllProblemsOfLocalProgramsAreSaid) {
  const std::string refusal = Refusal(WithLeast(
      "[local]\nlisten = \"relative\"\ngroup = \"nobodies\"\nmode = \"0666\"\nthreads = 0\n"
      "[[local.access]]\ndomain = \"x\"\nsender = \"no sender\"\nalgorithms = [\"rsa-sha1\"]\n"
      "[[local.access]]\nuser = \"stranger\"\nalgorithms = []\nselector = \"s1\"\n"
      "[[local.access]]\nuser = \"opendkim\"\ngroup = \"signers\"\ndomain = \"*\"\n"));
  for (const char* problem :
       {"c:4: local.listen: is not an absolute path",
        "c:5: local.group: names no group of this host", "c:6: local.mode: gives the socket",
        "c:7: local.threads: is 0", "c:8: local.access.user: says who may sign",
        "c:9: local.access.domain: ", "c:10: local.access.sender: ",
        "c:11: local.access.algorithms: ",
        "c:13: local.access.user: names no user of this host: stranger",
        "c:12: local.access.domain: is missing", "c:14: local.access.algorithms: allows none",
        "c:15: local.access.selector: is not known", "c:18: local.access.group: "}) {
    EXPECT_THAT(refusal, HasSubstr(problem));
  }
}

TEST(AgentConfigTest, AnAlgorithmThatIsNoneIsAProblemOfARuleThatIsRightElse) {
  EXPECT_THAT(Refusal(WithLeast("[[local.access]]\nuser = \"opendkim\"\ndomain = \"*\"\n"
                                "algorithms = [\"rsa-sha256\", \"rsa-sha1\"]\n")),
              HasSubstr("c:6: local.access.algorithms: "));
}

TEST(AgentConfigTest, AccountsOfThisHostHaveNamesAndNumbers) {
  const Accounts accounts = HostAccounts();
  EXPECT_EQ(accounts.user("root"), 0U);
  EXPECT_EQ(accounts.group("root"), 0U);
  EXPECT_EQ(accounts.user("54321"), 54321U);
  EXPECT_EQ(accounts.group("54321"), 54321U);
  for (const char* name : {"no such account", "-1", "4294967295", "1x", "99999999999"}) {
    EXPECT_EQ(accounts.user(name), std::nullopt) << name;
    EXPECT_EQ(accounts.group(name), std::nullopt) << name;
  }
}

TEST(AgentConfigTest, AnAddressInsteadOfASocket) {
  const AgentConfig config = Parsed(WithLeast("[milter]\nlisten = \"[::1]:8891\"\n"));
  EXPECT_EQ(std::get<ListenAddress>(config.milter).str(), "[::1]:8891");
}

TEST(AgentConfigTest, MacrosWithAndWithoutValues) {
  const AgentConfig config =
      Parsed(WithLeast("[origin]\nmacros = [\"{daemon_name}=A|B\", \"{verified}\", \"j\"]\n"));
  const auto& macros = config.policy.originates.macros;
  ASSERT_EQ(macros.size(), 3U);
  EXPECT_THAT(macros[0].values, testing::ElementsAre("A", "B"));
  EXPECT_EQ(macros[1].name, "{verified}");
  EXPECT_TRUE(macros[1].values.empty());
}

TEST(AgentConfigTest, AllProblemsAreSaidWithTheirLines) {
  const std::string refusal = Refusal(
      "[server]\naddresses = [\"nowhere\"]\n[milter]\nsocket = \"relative\"\nmode = \"0666\"\n"
      "[origin]\nnetworks = [\"10.0.0.1/8\"]\nmacros = [\"daemon\"]\n"
      "[author]\nmalformed = \"ignore\"\nparents = [\"x\"]\n[colour]\nblue = 1\n");
  for (const char* problem :
       {"c:2: server.addresses: is no server", "c:1: server.ca: is missing",
        "c:4: milter.socket: is not an absolute path", "c:5: milter.mode: gives the socket",
        "c:7: origin.networks: has bits set", "c:8: origin.macros: is no macro",
        "c:10: author.malformed: is neither",
        "c:11: author.parents: ", "c:12: colour: is not known"}) {
    EXPECT_THAT(refusal, HasSubstr(problem));
  }
}

TEST(AgentConfigTest, AHeaderRuleNeedsSomebodyWhoseWordItIs) {
  const std::string rule = "[[sender]]\nsender = \"news\"\nheader = \"X-Service: news\"\n";
  EXPECT_THAT(Refusal(WithLeast(rule)), HasSubstr("c:5: sender.header: is taken from anybody"));
  (void)Parsed(WithLeast(rule + "listener = \"NEWS\"\n"));
  (void)Parsed(WithLeast(rule + "authenticated = \"news\"\n"));
}

TEST(AgentConfigTest, HeadersThatCannotBeSignedAreRefused) {
  EXPECT_THAT(Refusal(WithLeast("[signature]\nsigned_headers = [\"To\"]\n")),
              HasSubstr("c:4: signature.signed_headers: "));
  EXPECT_THAT(Refusal(WithLeast("[signature]\noversigned_headers = [\"To\"]\n")),
              HasSubstr("c:4: signature.oversigned_headers: "));
}

TEST(AgentConfigTest, NoServerIsAProblem) {
  EXPECT_THAT(Refusal(""), HasSubstr("server.addresses: names no server"));
}

TEST(AgentConfigTest, TheMapFileIsReadToo) {
  const TempDir folder;
  const std::string config = folder.path() / "agent.toml";
  const std::string map = folder.path() / "authors";
  std::ofstream(config) << WithLeast("[author]\nmap_file = \"" + map + "\"\n");
  EXPECT_THAT(LoadAgentConfig(config).error().message, HasSubstr(map + ": cannot be read"));
  std::ofstream(map) << "joe example.org\n";
  const auto loaded = LoadAgentConfig(config);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_TRUE(loaded->policy.author_rights.MayUse("joe", Dom("example.org")));
  std::ofstream(map) << "joe example..org\n";
  EXPECT_THAT(LoadAgentConfig(config).error().message, HasSubstr(map + ":1: "));
}

TEST(AgentConfigTest, OpenDkimsTablesAreKeptWhereTheyAreNamed) {
  const auto opendkim = Parsed(ExampleWithEverything()).opendkim;
  ASSERT_TRUE(opendkim);
  EXPECT_EQ(opendkim->key_table, "/var/lib/dkimkeeper-agent/opendkim/KeyTable");
  EXPECT_EQ(opendkim->algorithm, Algorithm::kRsaSha256);
  EXPECT_EQ(opendkim->reload_command.size(), 4U);
  ASSERT_EQ(opendkim->authors.size(), 1U);
  EXPECT_EQ(opendkim->authors[0].pattern, "news@example.com");
  EXPECT_EQ(opendkim->authors[0].sender.str(), "newsletter");
}

TEST(AgentConfigTest, WhatIsWrongWithOpenDkimsTablesIsSaid) {
  const std::string refusal = Refusal(WithLeast(
      "[opendkim]\nkey_table = \"relative\"\nsigning_table = \"/s\"\nreload_command = [\"pkill\"]\n"
      "algorithm = \"rsa-sha1\"\n[[opendkim.authors]]\npattern = \"a b\"\nselector = \"s\"\n"));
  for (const char* said :
       {"opendkim.key_table: is not an absolute path", "opendkim.references: is missing",
        "opendkim.reload_command: begins with no absolute path",
        "opendkim.algorithm: ", "opendkim.authors.pattern: is no pattern",
        "opendkim.authors.domain: is missing", "opendkim.authors.selector: is not known"}) {
    EXPECT_THAT(refusal, HasSubstr(said));
  }
}

}  // namespace
}  // namespace dkimkeeper

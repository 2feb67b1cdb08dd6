#include "server/config/parse.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace dkimkeeper {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

// The least that is complete: 12 lines, TCP only.
constexpr std::string_view kLeast = R"([tls]
certificate = "/c"
key = "/k"
client_ca = "/ca"
[store]
path = "/s"
[access]
administrators = []
[audit]
directory = "/a"
[[token]]
name = "main"
module = "/m.so"
label = "keeper"
pin_file = "/pin"
)";

Config Parsed(const std::string& text) {
  auto parsed = ParseConfig(text, "c");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? parsed->config : Config();
}

std::string Problems(const std::string& text) {
  const auto parsed = ParseConfig(text, "c");
  if (parsed) return "no problem";
  EXPECT_EQ(parsed.error().code, Code::kInvalidArgument);
  EXPECT_EQ(parsed.error().reason, "BAD_CONFIG");
  return parsed.error().message;
}

TEST(ParseConfigTest, DefaultsOfWhatIsNotWritten) {
  const Config config = Parsed(std::string(kLeast));
  ASSERT_EQ(config.server.listen.size(), 1U);
  EXPECT_EQ(config.server.listen[0].str(), "127.0.0.1:7443");
  EXPECT_TRUE(config.server.health);
  EXPECT_FALSE(config.server.reflection);
  EXPECT_EQ(config.server.shutdown_grace, seconds(10));
  EXPECT_EQ(config.tls.private_copy, "/tls-in-use");
  EXPECT_FALSE(config.tls.allow_tls12);
  EXPECT_EQ(config.tls.reload, seconds(2));
  EXPECT_TRUE(config.sockets.empty());
  ASSERT_EQ(config.tokens.size(), 1U);
  const TokenConfig& token = config.tokens[0];
  EXPECT_EQ(token.workers, 2U);
  EXPECT_EQ(token.sessions, 4U);
  EXPECT_TRUE(token.environment.empty());
  EXPECT_EQ(token.sandbox, Sandbox::kStrict);
  EXPECT_TRUE(token.sandbox_allow.empty());
  EXPECT_EQ(token.destroy_limit, 20U);
  EXPECT_EQ(token.start_limit, seconds(5));
  EXPECT_EQ(token.sign_limit, seconds(2));
  EXPECT_EQ(token.max_keys, 0U);
  EXPECT_FALSE(token.require_backup);
  EXPECT_EQ(config.isolation.daemon_user, "");
  EXPECT_EQ(config.isolation.token_user, "");
  EXPECT_EQ(config.isolation.worker, "");
  EXPECT_EQ(config.isolation.state, "/launcher-state");
  EXPECT_EQ(config.signing.queue_limit, 1024U);
  EXPECT_EQ(config.signing.workers, 8U);
  EXPECT_EQ(config.signing.max_batch, 64U);
  EXPECT_EQ(config.policy.keys.handover_window, hours(1));
  EXPECT_EQ(config.policy.keys.drain, hours(7 * 24));
  EXPECT_EQ(config.policy.keys.rsa_bits, 2048U);
  EXPECT_FALSE(config.policy.allow_activation_without_dns_proof);
  ASSERT_TRUE(config.metrics.listen);
  EXPECT_EQ(config.metrics.listen->str(), "127.0.0.1:9464");
  EXPECT_TRUE(config.alarm.command.empty());
  EXPECT_EQ(config.alarm.time_limit, seconds(30));
}

TEST(ParseConfigTest, EveryValueIsRead) {
  const Config config = Parsed(R"(
[server]
listen = ["0.0.0.0:1", "[::1]:0"]
health = false
reflection = true
shutdown_grace = "1m"
[tls]
certificate = "/c"
key = "/k"
client_ca = "/ca"
private_copy = "/run/copy"
allow_tls12 = true
reload = "5s"
max_connection_age = "2d"
[[socket]]
path = "/run/a.sock"
identity = "unix:a"
owner = "root"
group = "adm"
mode = "0600"
[[socket]]
path = "/run/b.sock"
identity = "unix:b"
[store]
path = "/s"
[[token]]
name = "main"
module = "/m.so"
label = "keeper"
pin_file = "/pin"
[signing]
queue_limit = 10
workers = 3
max_batch = 2
[policy]
handover_window = "48h"
drain = "14d"
default_rsa_bits = 3072
allow_activation_without_dns_proof = true
[access]
administrators = ["uri:spiffe://a/b", "dns:ops.example", "unix:a"]
break_glass = true
[audit]
directory = "/a"
[metrics]
listen = ""
[alarm]
command = ["/bin/mail", "-s", ""]
time_limit = "5m"
)");
  ASSERT_EQ(config.server.listen.size(), 2U);
  EXPECT_EQ(config.server.listen[1].str(), "[::1]:0");
  EXPECT_FALSE(config.server.health);
  EXPECT_TRUE(config.server.reflection);
  EXPECT_EQ(config.server.shutdown_grace, minutes(1));
  EXPECT_EQ(config.tls.certificate, "/c");
  EXPECT_EQ(config.tls.key, "/k");
  EXPECT_EQ(config.tls.client_ca, "/ca");
  EXPECT_EQ(config.tls.private_copy, "/run/copy");
  EXPECT_TRUE(config.tls.allow_tls12);
  EXPECT_EQ(config.tls.reload, seconds(5));
  EXPECT_EQ(config.tls.max_connection_age, std::chrono::hours(48));
  ASSERT_EQ(config.sockets.size(), 2U);
  EXPECT_EQ(config.sockets[0].path, "/run/a.sock");
  EXPECT_EQ(config.sockets[0].identity, "unix:a");
  EXPECT_EQ(config.sockets[0].owner, "root");
  EXPECT_EQ(config.sockets[0].group, "adm");
  EXPECT_EQ(config.sockets[0].mode, mode_t{0600});
  EXPECT_EQ(config.sockets[1].mode, mode_t{0660});
  EXPECT_EQ(config.store.path, "/s");
  EXPECT_EQ(config.signing.queue_limit, 10U);
  EXPECT_EQ(config.signing.workers, 3U);
  EXPECT_EQ(config.signing.max_batch, 2U);
  EXPECT_EQ(config.policy.keys.handover_window, hours(48));
  EXPECT_EQ(config.policy.keys.drain, hours(14 * 24));
  EXPECT_EQ(config.policy.keys.rsa_bits, 3072U);
  EXPECT_TRUE(config.policy.allow_activation_without_dns_proof);
  EXPECT_THAT(config.access.administrators,
              ElementsAre("uri:spiffe://a/b", "dns:ops.example", "unix:a"));
  EXPECT_TRUE(config.access.break_glass);
  EXPECT_EQ(config.audit.directory, "/a");
  EXPECT_FALSE(config.metrics.listen);
  EXPECT_THAT(config.alarm.command, ElementsAre("/bin/mail", "-s", ""));
  EXPECT_EQ(config.alarm.time_limit, minutes(5));
}

TEST(ParseConfigTest, ThreadsFollowTheSessionsOfTheTokensWorkers) {
  const std::string small =
      "[[token]]\nname = \"b\"\nmodule = \"/m\"\nserial = \"1\"\npin_file = \"/p\"\n";
  const std::string least(kLeast);
  EXPECT_EQ(Parsed(least + "workers = 3\nsessions = 9\n" + small).signing.workers, 27U);
  EXPECT_EQ(Parsed(least + "workers = 32\nsessions = 256\n").signing.workers, 256U);
}

// kLeast with another [store].
std::string WithStore(const std::string& store) {
  std::string text(kLeast);
  const std::string written = "path = \"/s\"\n";
  return text.replace(text.find(written), written.size(), store);
}

TEST(ParseConfigTest, StoreInPostgresql) {
  const Config config =
      Parsed(WithStore("postgresql = \"host=/run/postgresql dbname=keys\"\n"
                       "password_file = \"/p\"\nsnapshot_max_age = \"5m\"\n"));
  EXPECT_EQ(config.store.path, "");
  EXPECT_EQ(config.store.postgresql, "host=/run/postgresql dbname=keys");
  EXPECT_EQ(config.store.password_file, "/p");
  EXPECT_EQ(config.store.snapshot_max_age, minutes(5));
  EXPECT_EQ(config.tls.private_copy, "/tls-in-use") << "beside the audit log";
  EXPECT_EQ(config.isolation.state, "/launcher-state");
}

TEST(ParseConfigTest, StoreIsExactlyOne) {
  EXPECT_THAT(Problems(WithStore("path = \"/s\"\npostgresql = \"dbname=a\"\n")),
              HasSubstr("store.postgresql: stands beside path; write one of the two"));
  EXPECT_THAT(Problems(WithStore("")), HasSubstr("store.path: is missing"));
  EXPECT_THAT(Problems(WithStore("path = \"/s\"\npassword_file = \"/p\"\n")),
              HasSubstr("store.password_file: is for postgresql; remove it"));
}

TEST(ParseConfigTest, ConnectionHoldsNoPassword) {
  for (const char* connection :
       {"dbname=a password=very-private", "postgresql://u:very-private@h/a", "very-private"}) {
    const std::string problems =
        Problems(WithStore("postgresql = \"" + std::string(connection) + "\"\n"));
    EXPECT_THAT(problems, HasSubstr("store.postgresql: ")) << connection;
    EXPECT_THAT(problems, testing::Not(HasSubstr("very-private"))) << connection;
  }
}

TEST(ParseConfigTest, AgeOfASnapshotIsShorterThanTheHandOverWindow) {
  const auto with = [](const std::string& store, const std::string& window) {
    return WithStore("path = \"/s\"\n" + store) + "[policy]\nhandover_window = \"" + window +
           "\"\n";
  };
  EXPECT_EQ(Parsed(std::string(kLeast)).store.snapshot_max_age, minutes(10));
  EXPECT_EQ(Parsed(with("", "4m")).store.snapshot_max_age, minutes(2)) << "follows the window";
  EXPECT_EQ(Parsed(with("snapshot_max_age = \"3m\"\n", "4m")).store.snapshot_max_age, minutes(3));
  EXPECT_THAT(Problems(with("snapshot_max_age = \"4m\"\n", "4m")),
              HasSubstr("store.snapshot_max_age: is not shorter than [policy] handover_window"));
}

TEST(ParseConfigTest, EmptyFileNamesAllThatIsMissing) {
  EXPECT_EQ(Problems(""),
            "c: tls.certificate: is missing; write the absolute path of a file\n"
            "c: tls.key: is missing; write the absolute path of a file\n"
            "c: tls.client_ca: is missing; write the absolute path of a file\n"
            "c: store.path: is missing; write the absolute path of a file, or postgresql = "
            "\"host=… dbname=…\"\n"
            "c: token: is missing; write a table headed [[token]] for each token\n"
            "c: access.administrators: is missing; write the identities that may do everything, "
            "such as [\"uri:spiffe://…\"]; [] for none\n"
            "c: audit.directory: is missing; write the absolute path of a directory");
}

TEST(ParseConfigTest, AllProblemsAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(
      Problems(R"([alarm]
command = ["mail"]
[server]
lisen = []
health = "yes"
[tls]
certificate = "server.pem"
key = 3
[[token]]
name = "Main"
sessions = 0
label = "a"
serial = "b"
[policy]
drain = "7 days"
default_rsa_bits = 2500
[store]
[acces]
)"),
      "c: access.administrators: is missing; write the identities that may do everything, "
      "such as [\"uri:spiffe://…\"]; [] for none\n"
      "c: audit.directory: is missing; write the absolute path of a directory\n"
      "c:2: alarm.command: has no absolute path as its first element; write "
      "[\"/path/of/program\", \"argument\"], there is no shell\n"
      "c:4: server.lisen: is not known; remove it, or write one of: listen, health, "
      "reflection, shutdown_grace\n"
      "c:5: server.health: is a string; write true or false\n"
      "c:6: tls.client_ca: is missing; write the absolute path of a file\n"
      "c:7: tls.certificate: is not an absolute path; write one that starts with /\n"
      "c:8: tls.key: is a whole number; write a string in quotes\n"
      "c:9: token.module: is missing; write the absolute path of the PKCS#11 module\n"
      "c:9: token.pin_file: is missing; write it, or pin_credential\n"
      "c:10: token.name: is no name; write 1 to 32 lower-case letters, digits and hyphens\n"
      "c:11: token.sessions: is 0; write a whole number from 1 to 256\n"
      "c:13: token.serial: stands beside label; write one of the two\n"
      "c:15: policy.drain: is \"7 days\"; write a duration, 1s to 365d\n"
      "c:16: policy.default_rsa_bits: is \"2500\"; write 2048, 3072 or 4096\n"
      "c:17: store.path: is missing; write the absolute path of a file, or postgresql = "
      "\"host=… dbname=…\"\n"
      "c:18: acces: is not known; remove it, or write one of: socket, server, tls, "
      "policy, store, token, isolation, signing, dns, publisher, access, audit, metrics, alarm");
}

struct BadRow {
  const char* name;
  std::string added;  // behind kLeast: its first line is line 16
  std::string problems;
};

class BadConfigTest : public testing::TestWithParam<BadRow> {};

TEST_P(BadConfigTest, IsRefusedWith) {
  EXPECT_EQ(Problems(std::string(kLeast) + GetParam().added), GetParam().problems);
}

constexpr const char* kAddressAdvice = "; write ADDRESS:PORT, such as 127.0.0.1:7443 or [::1]:7443";

INSTANTIATE_TEST_SUITE_P(
    Rows, BadConfigTest,
    testing::Values(
        BadRow{"BooleanForNumber", "sessions = true",
               "c:16: token.sessions: is a boolean; write a whole number from 1 to 256"},
        BadRow{"FractionForNumber", "sessions = 4.0",
               "c:16: token.sessions: is a number with a fraction; write a whole number from 1 to "
               "256"},
        BadRow{"TextForNumber", "sessions = \"4\"",
               "c:16: token.sessions: is a string; write a whole number from 1 to 256"},
        BadRow{"NumberForBoolean", "[server]\nhealth = 1",
               "c:17: server.health: is a whole number; write true or false"},
        BadRow{"Negative", "sessions = -1",
               "c:16: token.sessions: is -1; write a whole number from 1 to 256"},
        BadRow{"BeyondInt", "sessions = 4294967297",
               "c:16: token.sessions: is 4294967297; write a whole number from 1 to 256"},
        BadRow{"NumberForDuration", "[server]\nshutdown_grace = 2",
               "c:17: server.shutdown_grace: is a whole number; write a duration from \"0s\" to "
               "\"10m\" (units: ms, s, m, h, d)"},
        BadRow{"DurationOutOfRange", "[server]\nshutdown_grace = \"11m\"",
               "c:17: server.shutdown_grace: is out of range; write a duration from \"0s\" to "
               "\"10m\" (units: ms, s, m, h, d)"},
        BadRow{"BothPins", "pin_credential = \"pin\"",
               "c:16: token.pin_credential: stands beside pin_file; write one of the two"},
        BadRow{"UnknownKey", "pin = \"1234\"",
               "c:16: token.pin: is not known; remove it, or write one of: name, module, label, "
               "serial, pin_file, pin_credential, workers, sessions, environment, sandbox, "
               "sandbox_allow, destroy_limit, start_limit, sign_limit, max_keys, require_backup"},
        BadRow{"TokenNameTwice",
               "[[token]]\nname = \"main\"\nmodule = \"/m\"\nserial = \"1\"\npin_file = \"/p\"",
               "c:17: token.name: is the name of another token; write a name of its own"},
        BadRow{"TooManyWorkers", "workers = 33",
               "c:16: token.workers: is 33; write a whole number from 1 to 32"},
        BadRow{"EnvironmentWithoutValue", "environment = [\"A=b\", \"HOME\"]",
               "c:16: token.environment: has an element that is no variable; write \"NAME=VALUE\", "
               "such as \"SOFTHSM2_CONF=/etc/dkimkeeper/softhsm2.conf\""},
        BadRow{"EnvironmentThatLoadsCode", "environment = [\"LD_PRELOAD=/x.so\"]",
               "c:16: token.environment: has a variable that makes the dynamic linker load other "
               "code; write what the module itself reads"},
        BadRow{"UnknownSandbox", "sandbox = \"none\"",
               "c:16: token.sandbox: is no sandbox; write \"strict\", \"network\" or \"off\""},
        BadRow{"SystemCallByNumber", "sandbox_allow = [\"41;\"]",
               "c:16: token.sandbox_allow: has an element that is no system call's name; write "
               "names as in syscalls(2), such as \"socket\""},
        BadRow{"SignLimitOutOfRange", "sign_limit = \"9ms\"",
               "c:16: token.sign_limit: is out of range; write a duration from \"10ms\" to \"1m\" "
               "(units: ms, s, m, h, d)"},
        BadRow{"OneUserOfTwo", "[isolation]\ntoken_user = \"games\"",
               "c:16: isolation.daemon_user: is missing beside token_user; write both, or neither"},
        BadRow{"IsolationWithoutState",
               "[isolation]\ndaemon_user = \"daemon\"\ntoken_user = \"games\"",
               "c:16: isolation.state: is missing; write a directory, with a parent that "
               "daemon_user cannot write to"},
        BadRow{"RelativeWorker", "[isolation]\nworker = \"dkimkeeper-token\"",
               "c:17: isolation.worker: is not an absolute path; write one that starts with /"},
        BadRow{"HostName", "[server]\nlisten = [\"localhost:1\"]",
               "c:17: server.listen: has no IP address" + std::string(kAddressAdvice)},
        BadRow{"NoPort", "[server]\nlisten = [\"127.0.0.1\"]",
               "c:17: server.listen: has no port" + std::string(kAddressAdvice)},
        BadRow{
            "PortTooLarge", "[server]\nlisten = [\"127.0.0.1:65536\"]",
            "c:17: server.listen: has a port that is not 0 to 65535" + std::string(kAddressAdvice)},
        BadRow{"ListenNotArray", "[server]\nlisten = \"127.0.0.1:1\"",
               "c:17: server.listen: is a string; write an array of strings, such as [\"…\"]"},
        BadRow{"ElementOfOtherType", "[server]\nlisten = [\"127.0.0.1:1\",\n 7]",
               "c:18: server.listen: has an element that is a whole number; write strings only"},
        BadRow{"NothingToListenOn", "[server]\nlisten = []",
               "c:17: server.listen: leaves nothing to listen on; write an address, or a "
               "[[socket]]"},
        BadRow{"TableForArrayOfTables", "[socket]\npath = \"/p\"",
               "c:16: socket: is a table; write tables, each headed [[socket]]"},
        BadRow{"SocketWithoutIdentity", "[[socket]]\npath = \"/p\"",
               "c:16: socket.identity: is missing; write unix:NAME, the identity of who connects"},
        BadRow{"SocketWithUriIdentity", "[[socket]]\npath = \"/p\"\nidentity = \"uri:a\"",
               "c:18: socket.identity: is no identity of a socket; write unix:NAME, such as "
               "unix:operator"},
        BadRow{"SocketForEverybody",
               "[[socket]]\npath = \"/p\"\nidentity = \"unix:a\"\nmode = \"0666\"",
               "c:19: socket.mode: gives the socket to everybody on this host; write a mode that "
               "ends in 0, such as \"0660\""},
        BadRow{
            "ModeInDecimal", "[[socket]]\npath = \"/p\"\nidentity = \"unix:a\"\nmode = \"980\"",
            "c:19: socket.mode: is no file mode; write octal digits in quotes, such as \"0660\""},
        BadRow{"SocketPathTwice",
               "[[socket]]\npath = \"/p\"\nidentity = \"unix:a\"\n"
               "[[socket]]\npath = \"/p\"\nidentity = \"unix:b\"",
               "c:20: socket.path: is the path of another socket; write a path of its own"},
        BadRow{"SocketPathTooLong",
               "[[socket]]\npath = \"/" + std::string(107, 'x') + "\"\nidentity = \"unix:a\"",
               "c:17: socket.path: is longer than a socket's path may be; write at most 107 bytes"},
        BadRow{"MetricsForEverybody", "[metrics]\nlisten = \"0.0.0.0:9464\"",
               "c:17: metrics.listen: is not a loopback address, and the metrics are shown to "
               "whoever connects; write 127.0.0.1:9464, or \"\" for no metrics"},
        BadRow{"SmallRsa", "[policy]\ndefault_rsa_bits = 1024",
               "c:17: policy.default_rsa_bits: is \"1024\"; write 2048, 3072 or 4096"},
        BadRow{"EmptyProgram", "[signing]\n[policy]\n[alarm]\ncommand = [\"\"]",
               "c:19: alarm.command: has no absolute path as its first element; write "
               "[\"/path/of/program\", \"argument\"], there is no shell"},
        BadRow{"UnknownKeyBesideAKnownOne", "[metrics]\nlisten = \"\"\nlisten2 = 1",
               "c:18: metrics.listen2: is not known; remove it, or write one of: listen"},
        BadRow{"ForgedLineInAKey", "[metrics]\n\"a\\nc:1: b\" = 1",
               "c:17: metrics.a?c:1: b: is not known; remove it, or write one of: listen"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ParseConfigTest, ReloadIsAtLeastASecond) {
  EXPECT_EQ(Problems("[tls]\ncertificate = \"/c\"\nreload = \"999ms\"\n" +
                     std::string(kLeast.substr(kLeast.find("key")))),
            "c:3: tls.reload: is out of range; write a duration from \"1s\" to \"1h\" (units: ms, "
            "s, m, h, d)");
}

TEST(ParseConfigTest, AdministratorsAreIdentities) {
  std::string text(kLeast);
  text.replace(text.find("[]"), 2, "[\"root\", \"uri:\", \"uri:a b\", \"uri:a\"]");
  const std::string advice =
      "is no identity; write uri:…, dns:… or unix:…, at most 512 printable ASCII characters "
      "without spaces";
  EXPECT_EQ(Problems(text), "c:8: access.administrators: " + advice +
                                "\nc:8: access.administrators: " + advice +
                                "\nc:8: access.administrators: " + advice);
}

TEST(ParseConfigTest, UnixSocketsAloneNeedNoCertificate) {
  std::string text(kLeast);
  text = text.substr(text.find("[store]"));
  const Config config =
      Parsed(text + "[server]\nlisten = []\n[[socket]]\npath = \"/p\"\nidentity = \"unix:a\"\n");
  EXPECT_TRUE(config.server.listen.empty());
  EXPECT_EQ(config.tls.certificate, "");
}

TEST(ParseConfigTest, AnEmptyListOfTokensIsRefused) {
  EXPECT_EQ(Problems("token = []\n" + std::string(kLeast.substr(0, kLeast.find("[[token]]")))),
            "c:1: token: names no token; write a table headed [[token]] for each token");
}

TEST(ParseConfigTest, BrokenTomlNamesTheLine) {
  EXPECT_THAT(Problems("[server]\nhealth = tru\n"), HasSubstr("c:2: is not TOML: "));
  EXPECT_THAT(Problems("a = 1\na = 2\n"), HasSubstr("c:2: is not TOML: "));
  EXPECT_THAT(Problems("a = \"\xff\"\n"), HasSubstr("c:1: is not TOML: "));
}

TEST(LoadConfigTest, FileThatIsNotThere) {
  const auto config = LoadConfig("/nonexistent/dkimkeeperd.toml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().message,
            "/nonexistent/dkimkeeperd.toml: cannot be read (No such file or directory); name a "
            "file that this user may read");
}

TEST(LoadConfigTest, DirectoryIsRefused) {
  const auto config = LoadConfig("/");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, HasSubstr("/: "));
}

}  // namespace
}  // namespace dkimkeeper

// [[publisher]].
#include <gmock/gmock.h>

#include <variant>

#include "server/config/parse.h"

namespace dkimkeeper {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

constexpr std::string_view kRest = R"([server]
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
name = "main"
module = "/m.so"
label = "keeper"
pin_file = "/pin"
)";

// What is wrong with a file that begins with `text`, line by line.
std::string Problems(const std::string& text) {
  const auto parsed = ParseConfig(text + std::string(kRest), "c");
  return parsed ? "no problem" : parsed.error().message;
}

TEST(ReadPublishersTest, EveryValueIsRead) {
  const auto parsed = ParseConfig(std::string(kRest) + R"(
[[publisher]]
name = "ns"
type = "rfc2136"
servers = ["192.0.2.53", "2001:db8::53@5353"]
zones = ["Example.com", "_domainkey.example.org"]
tsig_key = "Keeper.example.com"
tsig_algorithm = "hmac-sha512"
tsig_secret_file = "/tsig"
time_limit = "5s"
[[publisher]]
name = "include"
type = "zonefile"
file = "/z"
zone = "example.net"
reload = ["/usr/bin/nsd-control", "reload"]
time_limit = "10s"
[[publisher]]
name = "zone"
type = "zonefile"
file = "/y"
zone = "dkim.example.net"
header_file = "/h"
[[publisher]]
name = "cloud"
type = "exec"
command = ["/hook", "a b"]
time_limit = "2m"
[[publisher]]
name = "customers"
type = "cname"
through = "zone"
zone = "dkim.example.net"
)",
                                  "c");
  ASSERT_TRUE(parsed) << parsed.error().message;
  const auto address = [](const char* text) { return ServerAddress::Parse(text).value(); };
  EXPECT_THAT(
      parsed->config.publishers,
      ElementsAre(
          PublisherOptions{"ns", Rfc2136Options{.servers = {address("192.0.2.53@53"),
                                                            address("2001:db8::53@5353")},
                                                .zones = {"example.com", "_domainkey.example.org"},
                                                .tsig_key = "keeper.example.com",
                                                .tsig_algorithm = "hmac-sha512",
                                                .tsig_secret_file = "/tsig",
                                                .time_limit = seconds(5)}},
          PublisherOptions{"include", ZonefileOptions{.file = "/z",
                                                      .zone = "example.net",
                                                      .header_file = "",
                                                      .reload = {"/usr/bin/nsd-control", "reload"},
                                                      .time_limit = seconds(10)}},
          PublisherOptions{
              "zone",
              ZonefileOptions{
                  .file = "/y", .zone = "dkim.example.net", .header_file = "/h", .reload = {}}},
          PublisherOptions{"cloud",
                           ExecOptions{.command = {"/hook", "a b"}, .time_limit = seconds(120)}},
          PublisherOptions{"customers",
                           CnameOptions{.through = "zone", .zone = "dkim.example.net"}}));
}

TEST(ReadPublishersTest, ProblemsAreSaidWithTheirLines) {
  const struct {
    std::string text;
    std::string problem;
  } rows[] = {
      {"[[publisher]]\nname = \"n\"\n",
       "c:1: publisher.type: is missing; write \"rfc2136\", \"zonefile\", \"exec\" or \"cname\""},
      {"[[publisher]]\nname = \"n\"\ntype = \"axfr\"\n",
       "c:3: publisher.type: is no kind of publisher; write \"rfc2136\", \"zonefile\", \"exec\" or "
       "\"cname\""},
      {"[[publisher]]\nname = \"n\"\ntype = \"exec\"\ncommand = [\"hook\"]\n",
       "c:4: publisher.command: has no absolute path as its first element; write "
       "[\"/path/of/program\", \"argument\"], there is no shell"},
      {"[[publisher]]\nname = \"n\"\ntype = \"exec\"\n",
       "c:1: publisher.command: names no program; write [\"/path/of/hook\", \"argument\"]"},
      {"[[publisher]]\nname = \"n\"\ntype = \"exec\"\ncommand = [\"/h\"]\nzone = \"a\"\n",
       "c:5: publisher.zone: is not known; remove it, or write one of: name, type, command, "
       "time_limit"},
      {"[[publisher]]\nname = \"n\"\ntype = \"zonefile\"\nfile = \"/z\"\nzone = \"a.example\"\n",
       "c:1: publisher.reload: is missing; write the command that raises the SOA serial and loads "
       "the zone, or header_file to have the whole zone written"},
      {"[[publisher]]\nname = \"n\"\ntype = \"zonefile\"\nfile = \"/z\"\nzone = \"a..b\"\n"
       "reload = []\n",
       "c:5: publisher.zone: is no DNS name; write A-labels without a trailing dot, such as "
       "example.com"},
      {"[[publisher]]\nname = \"n\"\ntype = \"cname\"\nthrough = \"ns\"\nzone = \"a.example\"\n",
       "c:4: publisher.through: names no publisher; write the name of a [[publisher]]"},
      {"[[publisher]]\nname = \"n\"\ntype = \"cname\"\nthrough = \"n\"\nzone = \"a.example\"\n",
       "c:4: publisher.through: names a publisher of the type cname; write one that writes itself"},
      {"[[publisher]]\nname = \"n\"\ntype = \"exec\"\ncommand = [\"/h\"]\n"
       "[[publisher]]\nname = \"n\"\ntype = \"exec\"\ncommand = [\"/h\"]\n",
       "c:6: publisher.name: is the name of another publisher; write a name of its own"},
      {"[[publisher]]\nname = \"a\"\ntype = \"zonefile\"\nfile = \"/z\"\nzone = \"a.example\"\n"
       "reload = []\n[[publisher]]\nname = \"b\"\ntype = \"zonefile\"\nfile = \"/z\"\n"
       "zone = \"a.example\"\nreload = []\n",
       "c:10: publisher.file: is the file of the publisher a, too; write a file of its own"},
  };
  for (const auto& row : rows) EXPECT_EQ(Problems(row.text), row.problem) << row.text;
}

TEST(ReadPublishersTest, ProblemsOfAnUpdate) {
  EXPECT_EQ(Problems("[[publisher]]\nname = \"ns\"\ntype = \"rfc2136\"\n"
                     "servers = [\"ns1.example.com\"]\ntsig_algorithm = \"hmac-md5\"\n"),
            "c:1: publisher.zones: names no zone; write those that the server is primary for\n"
            "c:1: publisher.tsig_key: is missing; write the name of the key, as the server has it\n"
            "c:1: publisher.tsig_secret_file: is missing; write the absolute path of a file with "
            "the secret in base64\n"
            "c:4: publisher.servers: has an element that has no IP address; write ADDRESS@PORT, "
            "such as 192.0.2.1@53 or 2001:db8::1@53\n"
            "c:5: publisher.tsig_algorithm: is no TSIG algorithm that is taken; write "
            "\"hmac-sha256\" or \"hmac-sha512\"");
}

}  // namespace
}  // namespace dkimkeeper

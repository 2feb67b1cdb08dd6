// [dns] and [[dns.authority]].
#include <gmock/gmock.h>

#include <string>

#include "server/config/parse.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kRest = R"(
[server]
listen = []
[[socket]]
path = "/o"
identity = "unix:o"
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

DnsConfig Parsed(const std::string& dns) {
  auto parsed = ParseConfig(dns + std::string(kRest), "c");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? parsed->config.dns : DnsConfig();
}

std::string Problems(const std::string& dns) {
  const auto parsed = ParseConfig(dns + std::string(kRest), "c");
  return parsed ? "no problem" : parsed.error().message;
}

TEST(ReadDnsTest, WithoutTheTableTheHostsResolversAreMeant) {
  const DnsConfig dns = Parsed("");
  EXPECT_TRUE(dns.host_resolvers);
  EXPECT_TRUE(dns.options.resolvers.empty());
  EXPECT_TRUE(dns.options.authorities.empty());
  EXPECT_EQ(dns.options.time_limit, std::chrono::seconds(3));
  EXPECT_EQ(dns.options.ipv6, Ipv6Use::kAuto);
}

TEST(ReadDnsTest, TakesEveryKey) {
  const DnsConfig dns = Parsed(R"([dns]
resolvers = ["192.0.2.53", "2001:DB8::53@5353"]
time_limit = "500ms"
ipv6 = "off"
[[dns.authority]]
zone = "Example.com"
servers = ["ns1.Example.com 127.0.0.1@5300", "ns1.example.com ::1@5300"]
[[dns.authority]]
zone = "_domainkey.example.net"
servers = ["hidden 192.0.2.1"]
)");
  EXPECT_FALSE(dns.host_resolvers);
  ASSERT_EQ(dns.options.resolvers.size(), 2U);
  EXPECT_EQ(dns.options.resolvers[0].str(), "192.0.2.53@53");
  EXPECT_EQ(dns.options.resolvers[1].str(), "2001:db8::53@5353");
  EXPECT_EQ(dns.options.time_limit, std::chrono::milliseconds(500));
  EXPECT_EQ(dns.options.ipv6, Ipv6Use::kOff);
  ASSERT_EQ(dns.options.authorities.size(), 2U);
  EXPECT_EQ(dns.options.authorities[0].zone, "example.com");
  EXPECT_THAT(
      dns.options.authorities[0].servers,
      ElementsAre(
          AuthorityServer{"ns1.example.com", ServerAddress::Parse("127.0.0.1@5300").value()},
          AuthorityServer{"ns1.example.com", ServerAddress::Parse("::1@5300").value()}));
  EXPECT_EQ(dns.options.authorities[1].zone, "_domainkey.example.net");
}

TEST(ReadDnsTest, NoResolversAreWhatIsWritten) {
  const DnsConfig dns = Parsed("[dns]\nresolvers = []\n");
  EXPECT_FALSE(dns.host_resolvers);
  EXPECT_TRUE(dns.options.resolvers.empty());
}

struct WrongRow {
  const char* name;
  const char* dns;
  const char* problem;
};
void PrintTo(const WrongRow& row, std::ostream* out) { *out << row.name; }

class ReadDnsWrongTest : public testing::TestWithParam<WrongRow> {};

TEST_P(ReadDnsWrongTest, IsAProblem) {
  EXPECT_THAT(Problems(GetParam().dns), HasSubstr(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ReadDnsWrongTest,
    testing::Values(
        WrongRow{"name_for_address", "[dns]\nresolvers = [\"ns.example.com\"]\n",
                 "c:2: dns.resolvers: has an element that has no IP address; write ADDRESS@PORT"},
        WrongRow{"port_0", "[dns]\nresolvers = [\"192.0.2.1@0\"]\n",
                 "a port that is not 1 to 65535"},
        WrongRow{"ipv6", "[dns]\nipv6 = \"maybe\"\n", "dns.ipv6: is no use of IPv6"},
        WrongRow{"time_limit", "[dns]\ntime_limit = \"2m\"\n", "dns.time_limit: is out of range"},
        WrongRow{"unknown", "[dns]\ntimeout = \"2s\"\n", "dns.timeout"},
        WrongRow{"no_zone", "[[dns.authority]]\nservers = [\"a 192.0.2.1\"]\n",
                 "dns.authority.zone: is missing"},
        WrongRow{"no_servers", "[[dns.authority]]\nzone = \"a.test\"\n",
                 "dns.authority.servers: is missing"},
        WrongRow{"empty_servers", "[[dns.authority]]\nzone = \"a.test\"\nservers = []\n",
                 "dns.authority.servers: is empty"},
        WrongRow{"nameless", "[[dns.authority]]\nzone = \"a.test\"\nservers = [\"192.0.2.1@53\"]\n",
                 "without a server's name"},
        WrongRow{"bad_zone", "[[dns.authority]]\nzone = \"a..test\"\nservers = [\"a 192.0.2.1\"]\n",
                 "dns.authority.zone: is no domain name"},
        WrongRow{"twice",
                 "[[dns.authority]]\nzone = \"a.test\"\nservers = [\"a 192.0.2.1\"]\n"
                 "[[dns.authority]]\nzone = \"A.test\"\nservers = [\"a 192.0.2.1\"]\n",
                 "dns.authority.zone: is that of another table"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace dkimkeeper

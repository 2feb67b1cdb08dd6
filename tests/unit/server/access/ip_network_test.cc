#include "server/access/ip_network.h"

#include <gtest/gtest.h>

#include <string>

namespace dkimkeeper {
namespace {

struct InRow {
  const char* name;
  const char* network;
  const char* address;
  bool in;
};

class InNetworkTest : public testing::TestWithParam<InRow> {};

TEST_P(InNetworkTest, IsInItOrNot) {
  const auto network = IpNetwork::Parse(GetParam().network);
  const auto address = IpAddress::Parse(GetParam().address);
  ASSERT_TRUE(network && address);
  EXPECT_EQ(network->Contains(*address), GetParam().in);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, InNetworkTest,
    testing::Values(InRow{"First", "192.0.2.0/24", "192.0.2.0", true},
                    InRow{"Last", "192.0.2.0/24", "192.0.2.255", true},
                    InRow{"OneFurther", "192.0.2.0/24", "192.0.3.0", false},
                    InRow{"WithinAnOctet", "192.0.2.128/25", "192.0.2.127", false},
                    InRow{"WithinAnOctetAbove", "192.0.2.128/25", "192.0.2.200", true},
                    InRow{"One", "192.0.2.1", "192.0.2.1", true},
                    InRow{"NotAnother", "192.0.2.1", "192.0.2.2", false},
                    InRow{"AllOfIpv4", "0.0.0.0/0", "203.0.113.9", true},
                    InRow{"Ipv6IsNotIpv4", "0.0.0.0/0", "2001:db8::1", false},
                    InRow{"MappedIsIpv4", "192.0.2.0/24", "::ffff:192.0.2.7", true},
                    InRow{"Ipv6", "2001:db8::/32", "2001:db8:ffff::1", true},
                    InRow{"Ipv6Outside", "2001:db8::/32", "2001:db9::1", false},
                    InRow{"AllOfIpv6", "::/0", "2001:db8::1", true}),
    [](const auto& info) { return info.param.name; });

TEST(IpNetwork, IsPrintedOneWay) {
  const auto printed = [](std::string_view text) {
    const auto network = IpNetwork::Parse(text);
    return network ? network->str() : network.error().reason;
  };
  EXPECT_EQ(printed("192.0.2.0/24"), "192.0.2.0/24");
  EXPECT_EQ(printed("192.0.2.1"), "192.0.2.1/32");
  EXPECT_EQ(printed("2001:DB8:0::/32"), "2001:db8::/32");
  EXPECT_EQ(printed("::ffff:192.0.2.0/24"), "192.0.2.0/24");
  for (const char* bad :
       {"", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/024", "192.0.2.0/-1", "192.0.2.1/24",
        "2001:db8::/129", "192.0.2/24", "mx.example.com", "192.0.2.0/24/8", " 192.0.2.0/24"}) {
    EXPECT_EQ(printed(bad), "BAD_LIMIT") << bad;
  }
  EXPECT_EQ(printed(std::string("192.0.2.1\0", 10)), "BAD_LIMIT");
}

}  // namespace
}  // namespace dkimkeeper

#include "client/agent/ip_network.h"

#include <gtest/gtest.h>

#include <string>

namespace dkimkeeper {
namespace {

bool Contains(const char* network, const char* address) {
  return IpNetwork::Parse(network).value().Contains(IpAddress::Parse(address).value());
}

TEST(IpNetworkTest, Contains) {
  EXPECT_TRUE(Contains("192.0.2.0/24", "192.0.2.255"));
  EXPECT_FALSE(Contains("192.0.2.0/24", "192.0.3.0"));
  EXPECT_TRUE(Contains("192.0.2.128/25", "192.0.2.128"));
  EXPECT_FALSE(Contains("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(Contains("10.1.2.3", "10.1.2.3"));
  EXPECT_FALSE(Contains("10.1.2.3", "10.1.2.4"));
  EXPECT_TRUE(Contains("2001:db8::/32", "2001:db8:ffff::1"));
  EXPECT_FALSE(Contains("2001:db8::/32", "2001:db9::"));
  EXPECT_TRUE(Contains("::1", "::1"));
}

TEST(IpNetworkTest, AFamilyIsNotInTheOther) {
  EXPECT_FALSE(Contains("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(Contains("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(Contains("127.0.0.0/8", "::1"));
}

TEST(IpNetworkTest, AMappedAddressIsTheIPv4Address) {
  EXPECT_TRUE(Contains("192.0.2.0/24", "::ffff:192.0.2.1"));
  EXPECT_TRUE(Contains("::ffff:192.0.2.0/120", "192.0.2.1"));
}

TEST(IpNetworkTest, RefusesWhatIsNoNetwork) {
  for (const char* text : {"", "localhost", "192.0.2", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/x",
                           "192.0.2.0/-1", "192.0.2.1/24", "2001:db8::1/32", "::/129", "/24"}) {
    const auto network = IpNetwork::Parse(text);
    ASSERT_FALSE(network) << text;
    EXPECT_EQ(network.error().reason, "BAD_CONFIG");
  }
  EXPECT_FALSE(IpAddress::Parse(std::string_view("1.2.3.4\0x", 9)));
}

}  // namespace
}  // namespace dkimkeeper

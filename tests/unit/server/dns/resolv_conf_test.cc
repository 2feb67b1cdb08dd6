#include "server/dns/resolv_conf.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

TEST(ResolvConfTest, TakesTheNameserverLines) {
  const auto servers = ResolvConfServers(
      "# nameserver 192.0.2.9\nsearch example.com\nnameserver 192.0.2.53\n"
      "nameserver\t2001:db8::53  # comment\nnameserver fe80::1%eth0\nnameserver\n"
      "nameservers 192.0.2.8\nnameserver 192.0.2.1@99\nnameserver 127.0.0.53");
  ASSERT_EQ(servers.size(), 3U);
  EXPECT_EQ(servers[0].str(), "192.0.2.53@53");
  EXPECT_EQ(servers[1].str(), "2001:db8::53@53");
  EXPECT_EQ(servers[2].str(), "127.0.0.53@53");
}

TEST(ResolvConfTest, AnEmptyFileNamesNone) { EXPECT_TRUE(ResolvConfServers("").empty()); }

}  // namespace
}  // namespace dkimkeeper

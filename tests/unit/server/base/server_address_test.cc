#include "server/base/server_address.h"

#include <gtest/gtest.h>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

TEST(ServerAddressTest, TakesBothFamiliesWithAndWithoutPort) {
  EXPECT_EQ(ServerAddress::Parse("192.0.2.1")->str(), "192.0.2.1@53");
  EXPECT_EQ(ServerAddress::Parse("192.0.2.1@5300")->str(), "192.0.2.1@5300");
  const auto v6 = ServerAddress::Parse("2001:DB8:0::1@65535");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->str(), "2001:db8::1@65535");
  EXPECT_TRUE(v6->is_ipv6());
}

TEST(ServerAddressTest, RefusesWhatIsNone) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {""sv, "@53"sv, "ns.example.com"sv, "192.0.2.1@"sv, "192.0.2.1@0"sv, "192.0.2.1@65536"sv,
        "192.0.2.1@53 "sv, "192.0.2.1:53"sv, "[::1]@53"sv, "192.0.2.1\0x@53"sv, "192.0.2"sv,
        "fe80::1%lo@53"sv, "192.0.2.1@53@53"sv}) {
    const auto address = ServerAddress::Parse(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().reason, reason::kBadConfig);
  }
}

}  // namespace
}  // namespace dkimkeeper

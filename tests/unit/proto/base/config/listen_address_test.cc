#include "proto/base/config/listen_address.h"

#include <gtest/gtest.h>

#include <string>

namespace dkimkeeper {
namespace {

TEST(ListenAddressTest, AddressAndPort) {
  for (const char* text : {"127.0.0.1:7443", "0.0.0.0:0", "[::1]:65535", "[fe80::1]:1"}) {
    const auto address = ListenAddress::Parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->str(), text);
  }
}

TEST(ListenAddressTest, RefusesEverythingElse) {
  const std::string with_nul("127.0.0.1\0x:1", 13);
  for (const std::string& text :
       {std::string(), std::string(":"), std::string(":7443"), std::string("127.0.0.1"),
        std::string("127.0.0.1:"), std::string("127.0.0.1:-1"), std::string("127.0.0.1:65536"),
        std::string("127.0.0.1:1x"), std::string("127.0.0.1: 1"), std::string("localhost:1"),
        std::string("127.1:1"), std::string("::1:1"), std::string("[::1]"), std::string("[]:1"),
        std::string("[127.0.0.1]:1"), std::string("[::1:1"), with_nul}) {
    const auto address = ListenAddress::Parse(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().reason, "BAD_CONFIG");
  }
}

TEST(ListenAddressTest, KnowsLoopback) {
  EXPECT_TRUE(ListenAddress::Parse("127.0.0.1:1")->IsLoopback());
  EXPECT_TRUE(ListenAddress::Parse("127.255.0.9:1")->IsLoopback());
  EXPECT_TRUE(ListenAddress::Parse("[::1]:1")->IsLoopback());
  EXPECT_FALSE(ListenAddress::Parse("0.0.0.0:1")->IsLoopback());
  EXPECT_FALSE(ListenAddress::Parse("10.0.0.1:1")->IsLoopback());
  EXPECT_FALSE(ListenAddress::Parse("[::]:1")->IsLoopback());
}

}  // namespace
}  // namespace dkimkeeper

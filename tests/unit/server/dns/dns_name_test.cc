#include "server/dns/dns_name.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

TEST(DnsNameTest, NormalIsLowerCaseWithoutTheDot) {
  EXPECT_EQ(NormalName("Ns1.Example.COM."), "ns1.example.com");
  EXPECT_EQ(NormalName("."), "");
  EXPECT_EQ(NormalName("a\\."), "a\\.");
}

TEST(DnsNameTest, ParentsSkipEscapedDots) {
  EXPECT_EQ(ParentName("a.b.c"), "b.c");
  EXPECT_EQ(ParentName("a\\.b.c"), "c");
  EXPECT_EQ(ParentName("c"), "");
  EXPECT_EQ(ParentName(""), "");
  EXPECT_EQ(ParentName("a\\"), "");
}

TEST(DnsNameTest, BelowIsByLabelsNotByLetters) {
  EXPECT_TRUE(IsNameAtOrBelow("a.example.com", "example.com"));
  EXPECT_TRUE(IsNameAtOrBelow("example.com", "example.com"));
  EXPECT_TRUE(IsNameAtOrBelow("com", ""));
  EXPECT_FALSE(IsNameAtOrBelow("notexample.com", "example.com"));
  EXPECT_FALSE(IsNameAtOrBelow("a\\.example.com", "example.com"));
  EXPECT_FALSE(IsNameAtOrBelow("com", "example.com"));
}

}  // namespace
}  // namespace dkimkeeper

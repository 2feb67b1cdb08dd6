#include "proto/dkim/ascii.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

TEST(AsciiTest, LowersLettersOnly) {
  EXPECT_EQ(ToAsciiLower("AbZ09_[@\xC3\x84"), "abz09_[@\xC3\x84");
}

TEST(AsciiTest, ComparesWithoutLetterCase) {
  EXPECT_TRUE(EqualsIgnoringAsciiCase("From", "fROM"));
  EXPECT_FALSE(EqualsIgnoringAsciiCase("From", "Fro"));
  EXPECT_FALSE(EqualsIgnoringAsciiCase("[", "{"));
}

TEST(AsciiTest, TrimsFoldsAtTheEndsAndRemovesThemInside) {
  EXPECT_EQ(TrimFoldingSpace(" \r\n\ta b\r\n "), "a b");
  EXPECT_EQ(TrimFoldingSpace(" \t"), "");
  EXPECT_EQ(RemoveFoldingSpace(" a\r\n\tb c"), "abc");
}

TEST(AsciiTest, DescribesControlOctetsWithoutPrintingThem) {
  EXPECT_EQ(DescribeOctet('!'), "'!'");
  EXPECT_EQ(DescribeOctet('\n'), "octet 0x0a");
  EXPECT_EQ(DescribeOctet('\xFF'), "octet 0xff");
  EXPECT_EQ(DescribeOctet(' '), "octet 0x20");
}

}  // namespace
}  // namespace dkimkeeper

#include "proto/dkim/hex.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

using std::string_literals::operator""s;

TEST(HexTest, EncodesInLowerCase) {
  EXPECT_EQ(EncodeHex("\x00\x7F\xFF"s), "007fff");
  EXPECT_EQ(EncodeHex(""), "");
}

TEST(HexTest, DecodesAnyLetterCase) {
  EXPECT_EQ(DecodeHex("007fFf"), "\x00\x7F\xFF"s);
  EXPECT_EQ(DecodeHex(""), "");
}

TEST(HexTest, RefusesOddLengthAndOtherCharacters) {
  for (const char* text : {"0", "0g", "g0", " 0", "0x", "00 ", "\xC3\xA4"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(DecodeHex(text), std::nullopt);
  }
}

}  // namespace
}  // namespace dkimkeeper

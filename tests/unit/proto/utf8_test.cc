#include "proto/dkim/utf8.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

struct Row {
  const char* name;
  std::string_view text;
  std::size_t size;
};

TEST(Utf8Test, MeasuresOneCharacter) {
  const Row rows[] = {
      {"ASCII", "a", 1},
      {"two octets, lowest", "\xC2\x80", 2},
      {"three octets", "\xE2\x82\xAC", 3},
      {"four octets", "\xF0\x9F\x98\x80", 4},
      {"highest, U+10FFFF", "\xF4\x8F\xBF\xBF", 4},
      {"nothing", "", 0},
      {"a later octet first", "\x80", 0},
      {"cut short", "\xE2\x82", 0},
      {"third octet bad", "\xE2\x82z", 0},
      {"over-long two", "\xC0\xAF", 0},
      {"over-long three", "\xE0\x80\xAF", 0},
      {"over-long four", "\xF0\x80\x80\xAF", 0},
      {"surrogate U+D800", "\xED\xA0\x80", 0},
      {"above U+10FFFF", "\xF4\x90\x80\x80", 0},
      {"0xFF", "\xFF", 0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(Utf8CharacterSize(row.text), row.size);
  }
}

TEST(Utf8Test, ChecksWholeTexts) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("J\xC3\xB6 \xE2\x82\xAC"));
  EXPECT_FALSE(IsUtf8("J\xF6"));
  EXPECT_FALSE(IsUtf8("ok\xC3"));
}

}  // namespace
}  // namespace dkimkeeper

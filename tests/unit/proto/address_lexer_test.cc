#include "proto/dkim/address_lexer.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

constexpr auto kAtom = AddressTokenKind::kAtom;
constexpr auto kQuoted = AddressTokenKind::kQuotedString;
constexpr auto kLiteral = AddressTokenKind::kDomainLiteral;
constexpr auto kSpecial = AddressTokenKind::kSpecial;

TEST(AddressLexerTest, TellsTheKindsApart) {
  const std::vector<AddressToken> expected = {{kAtom, "Jo!#$%&'*+-/=?^_`{|}~e"},
                                              {kSpecial, "."},
                                              {kQuoted, "a @ b"},
                                              {kSpecial, "<"},
                                              {kSpecial, "@"},
                                              {kLiteral, "192.0.2.1"},
                                              {kSpecial, ">"},
                                              {kSpecial, ","},
                                              {kSpecial, ":"},
                                              {kSpecial, ";"},
                                              {kAtom, "J\xC3\xB6"}};
  EXPECT_EQ(LexAddress("Jo!#$%&'*+-/=?^_`{|}~e.\"a @ b\"<@[192.0.2.1]>,:;J\xC3\xB6"), expected);
}

TEST(AddressLexerTest, DropsWhiteSpaceFoldsAndComments) {
  const std::vector<AddressToken> expected = {{kAtom, "a"}, {kAtom, "b"}};
  for (const char* text :
       {"a b", " a\t b ", "a\r\n b", "a\n\tb", "a (x) b", "a(x)b", "(x (y) z)a b()",
        "a (\\) \\( \\\\) b", "a (one\r\n two) b", "a (\"<@) b", "a \r\n \r\n b"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(LexAddress(text), expected);
  }
}

TEST(AddressLexerTest, UndoesQuotedPairsAndFoldsInQuotedStrings) {
  const std::vector<AddressToken> expected = {{kQuoted, R"(a "b" \ (c) d)"}};
  EXPECT_EQ(LexAddress("\"a \\\"b\\\" \\\\ (c)\r\n d\""), expected);
}

TEST(AddressLexerTest, RefusesTextWithoutAReading) {
  const std::pair<const char*, std::string> rows[] = {
      {"open quote", "\"a"},
      {"open quote after an escape", "\"a\\\""},
      {"open comment", "(a"},
      {"open inner comment", "((a)"},
      {"comment closed twice", "(a))"},
      {"open literal", "[a"},
      {"literal closed only", "a]"},
      {"backslash outside quotes", "a\\b"},
      {"backslash at the end of a comment", "(a\\"},
      {"NUL", std::string("a\0b", 3)},
      {"NUL in quotes", std::string("\"\0\"", 3)},
      {"control character", "a\x01"},
      {"control character in a comment", "(\x01)"},
      {"bare CR", "a\rb"},
      {"bare CR in quotes", "\"a\rb\""},
      {"line end without white space after", "a\r\nb"},
      {"line end at the end", "a\r\n"},
      {"escaped line end", "\"a\\\r\n b\""},
  };
  for (const auto& [name, text] : rows) {
    SCOPED_TRACE(name);
    EXPECT_EQ(LexAddress(text), std::nullopt);
  }
}

TEST(AddressLexerTest, DeepCommentsDoNotExhaustTheStack) {
  const std::size_t depth = 200000;
  EXPECT_EQ(LexAddress(std::string(depth, '(') + std::string(depth, ')'))->size(), 0U);
  EXPECT_EQ(LexAddress(std::string(depth, '(')), std::nullopt);
}

}  // namespace
}  // namespace dkimkeeper

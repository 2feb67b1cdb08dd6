#include "client/dkim/line_splitter.h"

#include <gtest/gtest.h>

#include <vector>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// The lines found, "$" after each that ended; or the error's text.
std::string Lines(BareNewline bare_newline, const std::vector<std::string>& chunks) {
  LineSplitter lines("body", bare_newline);
  std::string found;
  for (const std::string& chunk : chunks) {
    std::string_view input = chunk;
    while (!input.empty()) {
      const Result<LinePiece> piece = lines.Next(input);
      if (!piece) return found + "! " + piece.error().message.substr(0, 30);
      found += std::string(piece->text) + (piece->ends_line ? "$" : "");
    }
  }
  const Result<LinePiece> last = lines.Finish();
  if (!last) return found + "! " + last.error().message.substr(0, 30);
  return found + std::string(last->text) + (last->ends_line ? "$" : "");
}

TEST(LineSplitterTest, CrlfBetweenTwoChunks) {
  EXPECT_EQ(Lines(BareNewline::kRefuse, {"a\r", "\nb"}), "a$b");
  EXPECT_EQ(Lines(BareNewline::kFix, {"a\r", "\nb"}), "a$b");
  EXPECT_EQ(Lines(BareNewline::kRefuse, {"a", "\r", "", "\n", "b\r\n"}), "a$b$");
}

TEST(LineSplitterTest, BareLfIsRefusedWithItsLine) {
  EXPECT_EQ(Lines(BareNewline::kRefuse, {"a\r\nb\nc"}), "a$b! Line 2 of the body ends with a");
  EXPECT_EQ(Lines(BareNewline::kRefuse, {"a\r\n", "b", "\n"}),
            "a$b! Line 2 of the body ends with a");
}

TEST(LineSplitterTest, BareCrIsRefusedWithItsLine) {
  for (const auto& chunks : std::vector<std::vector<std::string>>{
           {"a\rb"}, {"a\r", "b"}, {"a", "\r", "b"}, {"a\r"}, {"a", "\r"}, {"a\r\r\n"}}) {
    EXPECT_EQ(Lines(BareNewline::kRefuse, chunks), "a! Line 1 of the body contains a ");
  }
}

TEST(LineSplitterTest, BareNewlinesAreFixedToLineEnds) {
  EXPECT_EQ(Lines(BareNewline::kFix, {"a\nb\rc\r\nd\n\ne\r\rf\n\r\ng\r"}), "a$b$c$d$$e$$f$$g$");
  EXPECT_EQ(Lines(BareNewline::kFix, {"a\r", "b\r", "\r", "\n", "\nc"}), "a$b$$$c");
}

TEST(LineSplitterTest, LongLinesComeInPieces) {
  const std::string line(10000, 'x');
  EXPECT_EQ(Lines(BareNewline::kRefuse, {line + "\r\n" + line}), line + "$" + line);
  for (std::size_t length = 250; length < 260; ++length) {
    const std::string text(length, 'x');
    EXPECT_EQ(Lines(BareNewline::kRefuse, {text + "\r\nb\r\n"}), text + "$b$") << length;
    EXPECT_EQ(Lines(BareNewline::kFix, {text + "\nb\r"}), text + "$b$") << length;
  }
}

TEST(LineSplitterTest, NextCountsLines) {
  LineSplitter lines("header", BareNewline::kRefuse);
  std::string_view input = "a\r\nb\r\n";
  EXPECT_EQ(lines.line(), 1U);
  ASSERT_TRUE(lines.Next(input).has_value());
  EXPECT_EQ(lines.line(), 2U);
}

TEST(LineSplitterTest, ErrorIsBadMessage) {
  LineSplitter lines("header", BareNewline::kRefuse);
  std::string_view input = "\n";
  const Result<LinePiece> piece = lines.Next(input);
  ASSERT_FALSE(piece.has_value());
  EXPECT_EQ(piece.error().code, Code::kInvalidArgument);
  EXPECT_EQ(piece.error().reason, reason::kBadMessage);
}

}  // namespace
}  // namespace dkimkeeper

#include "client/dkim/body_canonicalization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/dkim/line_splitter.h"
#include "tests/unit/client/dkim/support.h"

namespace dkimkeeper {
namespace {

std::string Canonical(Canonicalization canonicalization, std::string_view body,
                      std::size_t chunk_size = std::string_view::npos) {
  StringSink sink;
  BodyCanonicalizer canonicalizer(canonicalization, sink);
  LineSplitter lines("body", BareNewline::kRefuse);
  const auto feed = [&](const LinePiece& piece) {
    canonicalizer.Text(piece.text);
    if (piece.ends_line) canonicalizer.LineEnd();
  };
  while (!body.empty()) {
    std::string_view chunk = body.substr(0, chunk_size);
    body.remove_prefix(chunk.size());
    while (!chunk.empty()) feed(lines.Next(chunk).value());
  }
  feed(lines.Finish().value());
  canonicalizer.Finish();
  return sink.text;
}

struct Case {
  std::string name, body, simple, relaxed;
};

void PrintTo(const Case& row, std::ostream* out) { *out << row.name; }

class BodyCanonicalizationTest : public ::testing::TestWithParam<Case> {};

TEST_P(BodyCanonicalizationTest, Simple) {
  EXPECT_EQ(Canonical(Canonicalization::kSimple, GetParam().body), GetParam().simple);
}

TEST_P(BodyCanonicalizationTest, Relaxed) {
  EXPECT_EQ(Canonical(Canonicalization::kRelaxed, GetParam().body), GetParam().relaxed);
}

TEST_P(BodyCanonicalizationTest, OctetByOctet) {
  EXPECT_EQ(Canonical(Canonicalization::kSimple, GetParam().body, 1), GetParam().simple);
  EXPECT_EQ(Canonical(Canonicalization::kRelaxed, GetParam().body, 1), GetParam().relaxed);
}

const std::string kNul("a\0b\r\n", 5);

INSTANTIATE_TEST_SUITE_P(
    Rows, BodyCanonicalizationTest,
    ::testing::Values(
        Case{"Rfc6376Section345", " C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n",
             " C\r\nD E\r\n"},
        Case{"Empty", "", "\r\n", ""},  //
        Case{"OneEmptyLine", "\r\n", "\r\n", ""},
        Case{"OnlyEmptyLines", "\r\n\r\n\r\n", "\r\n", ""},
        Case{"OnlyWhiteSpaceLines", " \r\n\t\r\n", " \r\n\t\r\n", ""},
        Case{"WhiteSpaceWithoutLineEnd", " \t", " \t\r\n", ""},
        Case{"NoFinalLineEnd", "a", "a\r\n", "a\r\n"},
        Case{"NoFinalLineEndAfterSpace", "a ", "a \r\n", "a\r\n"},
        Case{"EmptyLinesInside", "a\r\n\r\n\r\nb\r\n", "a\r\n\r\n\r\nb\r\n", "a\r\n\r\n\r\nb\r\n"},
        Case{"EmptyLinesFirst", "\r\n\r\na\r\n", "\r\n\r\na\r\n", "\r\n\r\na\r\n"},
        Case{"WhiteSpaceLineAtTheEnd", "a\r\n \t \r\n", "a\r\n \t \r\n", "a\r\n"},
        Case{"WhiteSpaceLineThenEmptyLines", "a\r\n \r\n\r\n\r\n", "a\r\n \r\n", "a\r\n"},
        Case{"EmptyLinesThenWhiteSpaceWithoutEnd", "a\r\n\r\n ", "a\r\n\r\n \r\n", "a\r\n"},
        Case{"WhiteSpaceLineInside", "a\r\n \t\r\nb\r\n", "a\r\n \t\r\nb\r\n", "a\r\n\r\nb\r\n"},
        Case{"LeadingWhiteSpaceKeptAsOne", "\t \ta\r\n", "\t \ta\r\n", " a\r\n"},
        Case{"RunsInside", "a \t b  c\td\r\n", "a \t b  c\td\r\n", "a b c d\r\n"},
        Case{"LineOfOneDot", ".\r\n..a\r\n.b\r\n", ".\r\n..a\r\n.b\r\n", ".\r\n..a\r\n.b\r\n"},
        Case{"EightBit", "\xC3\xA4\xA0\xFF  \x80\r\n", "\xC3\xA4\xA0\xFF  \x80\r\n",
             "\xC3\xA4\xA0\xFF \x80\r\n"},
        Case{"Nul", kNul, kNul, kNul},
        Case{"OtherControlsAreNotWhiteSpace", "a\v\f\r\n\v\r\n", "a\v\f\r\n\v\r\n",
             "a\v\f\r\n\v\r\n"}),
    [](const ::testing::TestParamInfo<Case>& row) { return row.param.name; });

TEST(BodyCanonicalizationTest, LineLongerThanAnyBufferKeepsItsOnlyRunOfSpaces) {
  for (const std::size_t length :
       {254U, 255U, 256U, 257U, 1022U, 1023U, 1024U, 1025U, 2047U, 2048U, 2049U, 100000U}) {
    const std::string left(length, 'x');
    const std::string body = left + " \t  " + left + "   \r\n";
    EXPECT_EQ(Canonical(Canonicalization::kRelaxed, body), left + " " + left + "\r\n") << length;
    EXPECT_EQ(Canonical(Canonicalization::kSimple, body), body) << length;
  }
}

// Lines are looked at eight octets at a time.
TEST(BodyCanonicalizationTest, RunOrTabAtEveryPlaceOfALine) {
  for (std::size_t length = 3; length <= 40; ++length) {
    for (std::size_t at = 1; at + 1 < length; ++at) {
      std::string tab(length, 'x');
      tab[at] = '\t';
      std::string space = tab;
      space[at] = ' ';
      std::string run = space;
      run.insert(at, " ");
      EXPECT_EQ(Canonical(Canonicalization::kRelaxed, tab), space + "\r\n");
      EXPECT_EQ(Canonical(Canonicalization::kRelaxed, run), space + "\r\n");
      EXPECT_EQ(Canonical(Canonicalization::kRelaxed, space), space + "\r\n");
    }
  }
}

TEST(BodyCanonicalizationTest, WhiteSpaceLongerThanAnyBufferIsOneSpaceOrNothing) {
  const std::string space(5000, ' ');
  EXPECT_EQ(Canonical(Canonicalization::kRelaxed, "a" + space + "b" + space + "\r\n"), "a b\r\n");
}

TEST(BodyCanonicalizationTest, TextCalledWithMoreThanASlice) {
  StringSink sink;
  BodyCanonicalizer canonicalizer(Canonicalization::kRelaxed, sink);
  canonicalizer.Text(std::string(1023, 'x') + "  " + std::string(3000, 'y') + " ");
  canonicalizer.Finish();
  EXPECT_EQ(sink.text, std::string(1023, 'x') + " " + std::string(3000, 'y') + "\r\n");
}

TEST(BodyCanonicalizationTest, ManyEmptyLinesInsideAreAllCounted) {
  for (const std::size_t count : {15U, 16U, 17U, 31U, 32U, 33U, 100000U}) {
    std::string body = "a";
    for (std::size_t i = 0; i < count; ++i) body += "\r\n";
    body += "b\r\n";
    EXPECT_EQ(Canonical(Canonicalization::kSimple, body), body) << count;
    EXPECT_EQ(Canonical(Canonicalization::kRelaxed, body), body) << count;
  }
}

}  // namespace
}  // namespace dkimkeeper

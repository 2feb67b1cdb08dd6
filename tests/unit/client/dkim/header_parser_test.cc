#include "client/dkim/header_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Parsed {
  std::vector<std::string> fields;
  std::string rest;
  Outcome outcome;
};

Parsed Parse(const std::vector<std::string>& chunks,
             BareNewline bare_newline = BareNewline::kRefuse, std::size_t max_bytes = 1 << 20) {
  HeaderBlock block(max_bytes);
  HeaderParser parser(bare_newline, block);
  Parsed parsed;
  for (const std::string& chunk : chunks) {
    if (parser.complete()) {
      parsed.rest += chunk;
      continue;
    }
    const auto rest = parser.Append(chunk);
    if (!rest) {
      parsed.outcome = Forward(rest);
      return parsed;
    }
    parsed.rest += *rest;
  }
  parsed.outcome = parser.Finish();
  for (const HeaderField& field : block.fields()) parsed.fields.push_back(field.text());
  return parsed;
}

void ExpectRefused(const Parsed& parsed, const std::string& where, const std::string& what) {
  ASSERT_FALSE(parsed.outcome.has_value());
  EXPECT_EQ(parsed.outcome.error().code, Code::kInvalidArgument);
  EXPECT_EQ(parsed.outcome.error().reason, reason::kBadMessage);
  EXPECT_THAT(parsed.outcome.error().message, HasSubstr(where));
  EXPECT_THAT(parsed.outcome.error().message, HasSubstr(what));
  EXPECT_THAT(parsed.outcome.error().message, Not(HasSubstr("secret")));
}

TEST(HeaderParserTest, FieldsFoldsAndTheRest) {
  const Parsed parsed = Parse({"A: 1\r\nB:\r\n 2\r\n\t3\r\nC : 4\r\n\r\nbody\r\n"});
  EXPECT_THAT(parsed.fields, ElementsAre("A: 1", "B:\r\n 2\r\n\t3", "C : 4"));
  EXPECT_EQ(parsed.rest, "body\r\n");
}

TEST(HeaderParserTest, OctetByOctet) {
  std::vector<std::string> chunks;
  for (const char c : std::string("A: 1\r\nB:\r\n 2\r\n\r\nbody\r\n")) chunks.emplace_back(1, c);
  const Parsed parsed = Parse(chunks);
  EXPECT_THAT(parsed.fields, ElementsAre("A: 1", "B:\r\n 2"));
  EXPECT_EQ(parsed.rest, "body\r\n");
}

TEST(HeaderParserTest, HeaderWithoutEmptyLine) {
  EXPECT_THAT(Parse({"A: 1\r\nB: 2\r\n"}).fields, ElementsAre("A: 1", "B: 2"));
}

TEST(HeaderParserTest, HeaderWithoutFinalCrlf) {
  EXPECT_THAT(Parse({"A: 1\r\nB: 2"}).fields, ElementsAre("A: 1", "B: 2"));
  EXPECT_THAT(Parse({"A: 1\r\nB: 2\r"}, BareNewline::kFix).fields, ElementsAre("A: 1", "B: 2"));
}

TEST(HeaderParserTest, NothingAtAll) {
  EXPECT_THAT(Parse({}).fields, IsEmpty());
  EXPECT_THAT(Parse({"\r\nbody"}).fields, IsEmpty());
}

TEST(HeaderParserTest, BareNewlinesAreFixed) {
  const Parsed parsed = Parse({"A: 1\n 2\rB: 3\n\nbody"}, BareNewline::kFix);
  EXPECT_THAT(parsed.fields, ElementsAre("A: 1\r\n 2", "B: 3"));
  EXPECT_EQ(parsed.rest, "body");
}

TEST(HeaderParserTest, EmptyLineMadeOfABareCrThatTheNextChunkProvesBare) {
  const Parsed parsed = Parse({"A: 1\r\n\r", "body"}, BareNewline::kFix);
  EXPECT_THAT(parsed.fields, ElementsAre("A: 1"));
  EXPECT_EQ(parsed.rest, "body");
}

TEST(HeaderParserTest, LineWithoutColonIsRefusedByItsNumber) {
  ExpectRefused(Parse({"A: 1\r\nB: 2\r\n x\r\nsecret\r\nC: 3\r\n\r\n"}), "Line 4 of the header",
                "no colon");
  ExpectRefused(Parse({"secret"}), "Line 1 of the header", "no colon");
}

TEST(HeaderParserTest, BadFieldNameIsRefused) {
  for (const std::string name :
       {"sec ret", "secret\x01", "secr\xC3\xA4t", "\x7Fsecret", "From secret Tue Jul 11 21"}) {
    ExpectRefused(Parse({"A: 1\r\n" + name + ": 2\r\n\r\n"}), "Line 2 of the header",
                  "not printable ASCII");
  }
  ExpectRefused(Parse({std::string("sec\0ret: 1\r\n\r\n", 14)}), "Line 1 of the header",
                "not printable ASCII");
  ExpectRefused(Parse({": secret\r\n\r\n"}), "Line 1 of the header", "no field name");
}

TEST(HeaderParserTest, ContinuationOfNothingIsRefused) {
  ExpectRefused(Parse({" secret: 1\r\n\r\n"}), "Line 1 of the header", "no field to continue");
}

TEST(HeaderParserTest, BareNewlineIsRefusedByItsLine) {
  ExpectRefused(Parse({"A: 1\r\nB: secret\n\r\n"}), "Line 2 of the header", "an LF");
  ExpectRefused(Parse({"A: 1\r\nB: secret\rX: 1\r\n\r\n"}), "Line 2 of the header", "a CR");
  ExpectRefused(Parse({"A: 1\r\n\r"}), "Line 2 of the header", "a CR");
}

TEST(HeaderParserTest, BoundCountsEveryOctetOfTheFields) {
  const std::string header = "A: 1\r\nB: 2\r\n";
  EXPECT_TRUE(Parse({header + "\r\n"}, BareNewline::kRefuse, header.size()).outcome.has_value());
  ExpectRefused(Parse({header + "\r\n"}, BareNewline::kRefuse, header.size() - 1),
                "larger than 11 bytes", "");
}

TEST(HeaderParserTest, BoundHoldsWithinOneEndlessField) {
  HeaderBlock block(4096);
  HeaderParser parser(BareNewline::kRefuse, block);
  ASSERT_TRUE(parser.Append("A: ").has_value());
  std::size_t taken = 0;
  while (parser.Append(std::string(100, 'x')).has_value()) taken += 100;
  EXPECT_LE(taken, 4096U);
}

TEST(HeaderFieldTest, FromPartsTakesBothKindsOfFold) {
  for (const std::string value : {" a\n\tb\n c", " a\r\n\tb\r\n c", " a\n\tb\r\n c"}) {
    const auto field = HeaderField::FromParts("X", value, BareNewline::kRefuse, "Header field 1");
    EXPECT_EQ(field.value().text(), "X: a\r\n\tb\r\n c");
  }
}

TEST(HeaderFieldTest, FromPartsRefusesWhatWouldStartAnotherField) {
  for (const std::string value : {" a\nBcc: b", " a\r\nBcc: b", " a\n", " a\r\n", " a\n\n b"}) {
    EXPECT_FALSE(
        HeaderField::FromParts("X", value, BareNewline::kFix, "Header field 1").has_value());
  }
  for (const std::string name : {"X: a\r\nY", "X:", "X\n", "", " X", "X Y"}) {
    EXPECT_FALSE(HeaderField::FromParts(name, "a", BareNewline::kFix, "Header field 1").has_value())
        << name;
  }
}

TEST(HeaderFieldTest, FromPartsTreatsABareCrAsTold) {
  EXPECT_FALSE(HeaderField::FromParts("X", " a\r b", BareNewline::kRefuse, "Header field 1"));
  EXPECT_EQ(
      HeaderField::FromParts("X", " a\r b", BareNewline::kFix, "Header field 1").value().text(),
      "X: a\r\n b");
}

}  // namespace
}  // namespace dkimkeeper

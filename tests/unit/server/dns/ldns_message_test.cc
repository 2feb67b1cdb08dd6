#include "server/dns/ldns_message.h"

#include <gmock/gmock.h>

#include "tests/fakes/dns_octets.h"

namespace dkimkeeper {
namespace {

const DnsQuery kQuery{.id = 0x1234, .question = {.name = "s.example.com"}};

DnsReply Decode(const std::string& octets, NameCase compare = NameCase::kIgnored) {
  return DecodeAnswer(octets, kQuery, compare);
}

TEST(LdnsMessageTest, AQueryIsTheOneOfTheRfc) {
  const auto octets = EncodeQuery(kQuery);
  ASSERT_TRUE(octets);
  EXPECT_EQ(octets->substr(0, 12), octets::Header(0x1234, 0x0000, 1, 0, 0, 1));
  EXPECT_EQ(octets->substr(12, 19), octets::Question("s.example.com", 16));
  EXPECT_EQ((*octets)[31], '\0') << "OPT of the root";
}

TEST(LdnsMessageTest, RecursionIsAskedForWhereWanted) {
  const auto octets = EncodeQuery({.id = 1, .question = {.name = "a", .recurse = true}});
  ASSERT_TRUE(octets);
  EXPECT_EQ((*octets)[2], 1);
}

TEST(LdnsMessageTest, WhatIsNoNameIsNotAsked) {
  EXPECT_FALSE(EncodeQuery({.id = 1, .question = {.name = std::string(64, 'a') + ".test"}}));
  EXPECT_FALSE(EncodeQuery({.id = 1, .question = {.name = "a..test"}}));
}

TEST(LdnsMessageTest, TxtStringsComeOneByOneAndUncut) {
  const std::string record = octets::Record("s.example.com", 16, 300,
                                            "\x03"
                                            "a;b" +
                                                std::string("\x02\0\"", 3) + std::string(1, '\0'));
  const auto answer =
      Decode(octets::Header(0x1234, 0x8400, 1, 1) + octets::Question("s.example.com", 16) + record);
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_TRUE(answer->authoritative);
  ASSERT_EQ(answer->answer.size(), 1U);
  EXPECT_EQ(answer->answer[0].owner, "s.example.com");
  EXPECT_EQ(answer->answer[0].ttl, std::chrono::seconds(300));
  EXPECT_THAT(answer->answer[0].strings, testing::ElementsAre("a;b", std::string("\0\"", 2), ""));
}

TEST(LdnsMessageTest, OtherRecordsHaveTheirFields) {
  const std::string soa = octets::Name("m.test") + octets::Name("h.test") + octets::Number(1) +
                          octets::Number(2) + octets::Number(3) + octets::Number(4) +
                          octets::Number(60);
  const auto answer = Decode(
      octets::Header(0x1234, 0x8180 | 0x20, 1, 3, 2) + octets::Question("S.Example.com", 16) +
      octets::Record("S.example.com", 5, 1, octets::Name("T.Test")) +
      octets::Record("t.test", 1, 1, "\x7f\x01\x01\x02") +
      octets::Record("t.test", 28, 0x80000000,
                     std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\x01") +
      octets::Record("test", 6, 900, soa) + octets::Record("test", 2, 1, octets::Name("n.test")));
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_TRUE(answer->recursion_available);
  EXPECT_TRUE(answer->authenticated);
  ASSERT_EQ(answer->answer.size(), 3U);
  EXPECT_EQ(answer->answer[0].target, "t.test");
  EXPECT_EQ(answer->answer[1].target, "127.1.1.2");
  EXPECT_EQ(answer->answer[2].target, "2001:db8::1");
  EXPECT_EQ(answer->answer[2].ttl, std::chrono::seconds(0)) << "RFC 2181 §8";
  ASSERT_EQ(answer->authority.size(), 2U);
  EXPECT_EQ(answer->authority[0].minimum, std::chrono::seconds(60));
  EXPECT_EQ(answer->authority[1].target, "n.test");
}

struct LieRow {
  const char* name;
  std::string octets;
  const char* detail;
};
void PrintTo(const LieRow& row, std::ostream* out) { *out << row.name; }

class LieTest : public testing::TestWithParam<LieRow> {};

TEST_P(LieTest, IsNoAnswer) {
  const auto answer = Decode(GetParam().octets);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, DnsFault::kNonsense);
  EXPECT_THAT(answer.error().detail, testing::HasSubstr(GetParam().detail));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, LieTest,
    testing::Values(
        LieRow{"empty", "", "no DNS message"}, LieRow{"short", "\x12\x34", "no DNS message"},
        LieRow{"text", "HTTP/1.1 400 Bad Request\r\n\r\n", ""},
        LieRow{"other_id",
               octets::Header(0x1235, 0x8400, 1) + octets::Question("s.example.com", 16),
               "another id"},
        LieRow{"no_answer_bit",
               octets::Header(0x1234, 0x0400, 1) + octets::Question("s.example.com", 16),
               "a question instead"},
        LieRow{"update", octets::Header(0x1234, 0xA800, 1) + octets::Question("s.example.com", 16),
               "no query"},
        LieRow{"no_question", octets::Header(0x1234, 0x8400, 0), "without the question"},
        LieRow{"other_name",
               octets::Header(0x1234, 0x8400, 1) + octets::Question("t.example.com", 16),
               "another question"},
        LieRow{"other_type",
               octets::Header(0x1234, 0x8400, 1) + octets::Question("s.example.com", 1),
               "another question"},
        LieRow{"count_too_high",
               octets::Header(0x1234, 0x8400, 1, 2) + octets::Question("s.example.com", 16),
               "no DNS message"},
        LieRow{"name_points_at_itself",
               octets::Header(0x1234, 0x8400, 1) + std::string("\xc0\x0c\0\x10\0\x01", 6),
               "no DNS message"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(LdnsMessageTest, TheLetterCaseCountsWhereItWasDrawn) {
  const std::string octets =
      octets::Header(0x1234, 0x8400, 1) + octets::Question("S.example.com", 16);
  EXPECT_TRUE(Decode(octets));
  EXPECT_FALSE(Decode(octets, NameCase::kExact));
}

}  // namespace
}  // namespace dkimkeeper

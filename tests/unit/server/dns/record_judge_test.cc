#include "server/dns/record_judge.h"

#include <gmock/gmock.h>

#include "proto/dkim/base64.h"
#include "proto/dkim/key_record.h"
#include "tests/fakes/software_key.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

const PublicKey& Wanted() {
  static const PublicKey key = SoftwareKey::Rsa(2048).public_key();
  return key;
}
const PublicKey& Other() {
  static const PublicKey key = SoftwareKey::Rsa(2048).public_key();
  return key;
}
const PublicKey& Edwards() {
  static const PublicKey key = SoftwareKey::Ed25519().public_key();
  return key;
}

std::string Value(const PublicKey& key) { return RenderKeyRecord({.public_key = key}); }
TxtStrings Strings(const PublicKey& key) { return SplitCharacterStrings(Value(key)); }
Judgement Judge(const std::vector<TxtStrings>& records, RecordWish wish = RecordWish::kKey) {
  return JudgeRecords(records, wish, Wanted());
}

TEST(RecordJudgeTest, TheKeyInStringsThatJoinIsAsWished) {
  ASSERT_EQ(Strings(Wanted()).size(), 2U);
  const auto judgement = Judge({Strings(Wanted())});
  EXPECT_EQ(judgement.finding, RecordFinding::kAsWished);
  EXPECT_EQ(judgement.key, Wanted());
  EXPECT_EQ(judgement.value, Value(Wanted()));
  EXPECT_EQ(judgement.detail, "");
}

TEST(RecordJudgeTest, OtherTagsAndSpacesDoNotMatter) {
  std::string value = " v=DKIM1 ;\tk=rsa; t=y; s=email; x=unknown; p= ";
  value += EncodeBase64(Wanted().record_bytes);
  value.insert(value.size() - 20, " \t ");
  EXPECT_EQ(Judge({{value}}).finding, RecordFinding::kAsWished);
}

TEST(RecordJudgeTest, AKeyInANoteIsNotTheKey) {
  const std::string value =
      "v=DKIM1; n=" + EncodeBase64(Wanted().record_bytes).substr(0, 40) + "; p=";
  EXPECT_EQ(Judge({{value}}).finding, RecordFinding::kRevoked);
}

TEST(RecordJudgeTest, NoRecordIsMissing) {
  EXPECT_EQ(Judge({}).finding, RecordFinding::kMissing);
  EXPECT_EQ(Judge({}, RecordWish::kRevoked).finding, RecordFinding::kMissing);
  EXPECT_EQ(Judge({}, RecordWish::kAbsent).finding, RecordFinding::kAsWished);
}

TEST(RecordJudgeTest, AnotherKeyIsPointedAt) {
  const auto judgement = Judge({Strings(Other())});
  EXPECT_EQ(judgement.finding, RecordFinding::kOtherKey);
  // The 44 octets of the head are those of every RSA key of this size.
  EXPECT_THAT(judgement.detail, testing::MatchesRegex("p= differs from octet 4[3-9] on: .*"));
  EXPECT_EQ(judgement.key, std::nullopt);
}

TEST(RecordJudgeTest, AnotherKeyTypeIsSaid) {
  const auto judgement = Judge({Strings(Edwards())});
  EXPECT_EQ(judgement.finding, RecordFinding::kOtherKey);
  EXPECT_EQ(judgement.detail, "k= is ed25519 where rsa belongs");
}

TEST(RecordJudgeTest, TheWishForARevokedRecord) {
  EXPECT_EQ(Judge({{"v=DKIM1; p="}}, RecordWish::kRevoked).finding, RecordFinding::kAsWished);
  EXPECT_EQ(Judge({Strings(Wanted())}, RecordWish::kRevoked).finding, RecordFinding::kPresent);
  EXPECT_EQ(Judge({Strings(Other())}, RecordWish::kRevoked).finding, RecordFinding::kOtherKey);
}

TEST(RecordJudgeTest, TheWishForNone) {
  EXPECT_EQ(Judge({{"v=DKIM1; p="}}, RecordWish::kAbsent).finding, RecordFinding::kPresent);
  EXPECT_EQ(Judge({Strings(Wanted())}, RecordWish::kAbsent).finding, RecordFinding::kPresent);
  EXPECT_EQ(Judge({Strings(Other())}, RecordWish::kAbsent).finding, RecordFinding::kOtherKey);
  EXPECT_EQ(Judge({{"google-site-verification=x"}}, RecordWish::kAbsent).finding,
            RecordFinding::kMalformed);
}

TEST(RecordJudgeTest, SeveralRecordsAreOneTooMany) {
  const auto judgement = Judge({{"v=DKIM1; p="}, Strings(Wanted())});
  EXPECT_EQ(judgement.finding, RecordFinding::kSeveral);
  EXPECT_THAT(judgement.detail, HasSubstr("number 2 is of this key"));
  EXPECT_THAT(Judge({{"a"}, {"b"}, {"c"}}).detail, HasSubstr("3 TXT records where one belongs"));
}

TEST(RecordJudgeTest, OneRecordTornIntoTwoIsSeen) {
  const auto strings = Strings(Wanted());
  const auto judgement = Judge({{strings[1]}, {strings[0]}});
  EXPECT_EQ(judgement.finding, RecordFinding::kSeveral);
  EXPECT_THAT(judgement.detail, HasSubstr("the strings of one record"));
}

struct MalformedRow {
  const char* name;
  TxtStrings strings;
  std::string detail;
};
void PrintTo(const MalformedRow& row, std::ostream* out) { *out << row.name; }

class MalformedTest : public testing::TestWithParam<MalformedRow> {};

TEST_P(MalformedTest, IsPointedAt) {
  const auto judgement = Judge({GetParam().strings});
  EXPECT_EQ(judgement.finding, RecordFinding::kMalformed) << judgement.detail;
  EXPECT_THAT(judgement.detail, HasSubstr(GetParam().detail));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, MalformedTest,
    testing::Values(
        MalformedRow{"quoted_twice", {"\"" + Value(Wanted()) + "\""}, "quoted twice"},
        MalformedRow{"broken_quoting",
                     {Strings(Wanted())[0] + "\" \"" + Strings(Wanted())[1]},
                     "quotation marks inside"},
        MalformedRow{"escaped_twice",
                     {"v=DKIM1\\; k=rsa\\; p=" + EncodeBase64(Wanted().record_bytes)},
                     "escaped twice"},
        MalformedRow{"first_string_only",
                     {Strings(Wanted())[0]},
                     "p= is cut after 237 of 392 octets: the record's second string is missing"},
        MalformedRow{"cut", {Value(Wanted()).substr(0, 200)}, "p= is cut after 182 of 392 octets"},
        MalformedRow{"second_string_only_as_p",
                     {"v=DKIM1; k=rsa; p=" + Strings(Wanted())[1]},
                     "p= lacks its first octets"},
        MalformedRow{"strings_swapped",
                     {Strings(Wanted())[1], Strings(Wanted())[0]},
                     "strings in the wrong order"},
        MalformedRow{"wrong_k",
                     {"v=DKIM1; k=ed25519; p=" + EncodeBase64(Wanted().record_bytes)},
                     "has the right p=, and is not a record of it"},
        MalformedRow{"wrong_version",
                     {"v=DKIM2; p=" + EncodeBase64(Wanted().record_bytes)},
                     "a v= other than DKIM1"},
        MalformedRow{"not_for_mail",
                     {"v=DKIM1; s=tlsrpt; p=" + EncodeBase64(Wanted().record_bytes)},
                     "s= does not name email"},
        MalformedRow{"no_p", {"v=DKIM1; k=rsa"}, "has no p="},
        MalformedRow{"spf", {"v=spf1 -all"}, "key record"},
        MalformedRow{"empty", {""}, "the tag list has an entry without"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(RecordJudgeTest, AnEd25519RecordWithoutItsTypeIsRecognised) {
  const auto judgement = JudgeRecords({{"v=DKIM1; p=" + EncodeBase64(Edwards().record_bytes)}},
                                      RecordWish::kKey, Edwards());
  EXPECT_EQ(judgement.finding, RecordFinding::kMalformed);
  EXPECT_THAT(judgement.detail, HasSubstr("has the right p=, and is not a record of it"));
}

TEST(RecordJudgeTest, WhatDoesNotPrintIsEscaped) {
  EXPECT_EQ(PrintableText("a\x1b[31m \xc3\x7f"), "a\\027[31m \\195\\127");
  EXPECT_EQ(PrintableText(std::string(5000, 'a')).size(), 4096U);
  EXPECT_EQ(Judge({{"\x1b]0;owned\a"}}).value.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace dkimkeeper

// What SignHeaders takes and what it refuses: one thing changed in a block that is good.
#include "server/signing/signed_headers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::Minute;
using sample::SelectorOf;

// 2026-01-01T00:30:00Z, when the blocks are looked at, is 1767227400.
constexpr int kNow = 30;

struct Parts {
  std::string fields = "from:Ann <ann@example.com>\r\nsubject:one two\r\n";
  std::string name = "dkim-signature";
  std::string head = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s1;";
  std::string more = " t=1767227400;";
  std::string names = "from:from:subject";
  std::string hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  std::string end = "; b=";

  [[nodiscard]] std::string Text() const {
    return fields + name + ":" + head + more + " h=" + names + "; bh=" + hash + end;
  }
};

Outcome Check(const std::string& block, const HeaderTerms& terms = {}) {
  const SignRequest request{.domain = DomainOf("example.com"),
                            .sender = {},
                            .selector = SelectorOf("s1"),
                            .algorithm = Algorithm::kRsaSha256,
                            .digest = Sha256Digest({}),
                            .note = "",
                            .by = SignedBy::kHeaders};
  return CheckSignedHeaders(block, request, terms, Minute(kNow));
}

std::string Said(const Outcome& outcome) {
  return outcome ? "" : outcome.error().reason + ": " + outcome.error().message;
}

struct Row {
  const char* name;
  Parts parts;
  const char* said;  // a part of it; "": it is taken
  HeaderTerms terms = {};
};

class SignedHeaders : public testing::TestWithParam<Row> {};

TEST_P(SignedHeaders, AreTakenOrRefused) {
  const std::string said = Said(Check(GetParam().parts.Text(), GetParam().terms));
  if (std::string(GetParam().said).empty()) {
    EXPECT_EQ(said, "");
  } else {
    EXPECT_THAT(said, testing::HasSubstr(GetParam().said));
  }
}

std::string NameOf(const testing::TestParamInfo<Row>& row) { return row.param.name; }

constexpr const char* kRelaxed = "BAD_HEADERS: the header block is not as c=relaxed says";
constexpr HeaderTerms kEqualFrom{.from = FromAlignment::kEqual};
constexpr HeaderTerms kStrict{.strict_identity = true};

Parts WithHead(const char* head) { return {.head = head}; }
Parts WithMore(const char* more) { return {.more = more}; }
Parts WithFields(const char* fields, const char* names) {
  return {.fields = fields, .names = names};
}
Parts WithFrom(const char* value) {
  return {.fields = "from:" + std::string(value) + "\r\n", .names = "from"};
}
// As a message has them, folded.
Parts Simple(const char* fields) {
  return {.fields = fields,
          .name = "DKIM-Signature",
          .head = " v=1; a=rsa-sha256; c=simple;\r\n\td=example.com; s=s1;",
          .more = "",
          .names = "From:\r\n Subject"};
}

INSTANTIATE_TEST_SUITE_P(
    Tags, SignedHeaders,
    testing::ValuesIn(std::vector<Row>{
        {"good", {}, ""},
        {"version", WithHead("v=2; a=rsa-sha256; c=relaxed; d=example.com; s=s1;"),
         "BAD_TAG_LIST: the DKIM-Signature field has a v= other than 1"},
        {"other_domain", WithHead("v=1; a=rsa-sha256; c=relaxed; d=example.org; s=s1;"),
         "BAD_HEADERS: the header to sign has another d="},
        {"domain_spelt_otherwise", WithHead("v=1; a=rsa-sha256; c=relaxed; d=example.com.; s=s1;"),
         "another d="},
        {"domain_below", WithHead("v=1; a=rsa-sha256; c=relaxed; d=a.example.com; s=s1;"),
         "another d="},
        {"other_selector", WithHead("v=1; a=rsa-sha256; c=relaxed; d=example.com; s=s2;"),
         "BAD_HEADERS: the header to sign has another s="},
        {"other_algorithm", WithHead("v=1; a=ed25519-sha256; c=relaxed; d=example.com; s=s1;"),
         "BAD_HEADERS: the header to sign has another a="},
        {"sha1", WithHead("v=1; a=rsa-sha1; c=relaxed; d=example.com; s=s1;"), "has an a="},
        {"unknown_canonicalization", WithHead("v=1; a=rsa-sha256; c=nofws; d=example.com; s=s1;"),
         "unknown c="},
        {"length", WithMore(" l=0;"), "has l="},
        {"tag_twice", WithMore(" d=example.org;"), "BAD_TAG_LIST: "},
        {"identity", WithMore(" i=ann@example.com;"), ""},
        {"identity_below", WithMore(" i=@mail.example.com;"), ""},
        {"identity_elsewhere", WithMore(" i=@example.org;"), "i= that is not at or below d="},
        {"identity_of_the_same_ending", WithMore(" i=@badexample.com;"), "i= that is not"},
        {"strict_identity", WithMore(" i=ann@example.com;"), "", kStrict},
        {"strict_identity_below", WithMore(" i=@mail.example.com;"),
         "BAD_HEADERS: the header to sign has an i= below d=", kStrict},
        {"little_ahead", WithMore(" t=1767227700;"), ""},
        {"too_far_ahead", WithMore(" t=1767227701;"),
         "BAD_HEADERS: the header to sign has a t= of the future"},
        {"expires", WithMore(" t=1767227400; x=1798849800;"), ""},
        {"expires_late", WithMore(" t=1767227400; x=1798849801;"),
         "BAD_HEADERS: the header to sign has an x= more than 366 days ahead"},
        {"expires_before", WithMore(" t=1767227400; x=1767227400;"), "x= not later than t="},
        {"no_time", WithMore(""), ""},
        {"short_body_hash", {.hash = "AAAA"}, "bh= that is not the base64 of 32 bytes"},
        {"signature_there",
         {.end = "; b=AAAA"},
         "BAD_HEADERS: the header to sign has a b= that is not last and empty"},
        {"signature_not_last", {.end = "; b=; z=a"}, "b= that is not last"},
        {"semicolon_after_it", {.end = "; b=;"}, "b= that is not last"},
        {"no_signature", {.end = ""}, "has no b="},
        {"line_end_after_it", {.end = "; b=\r\n"}, "without CRLF"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Fields, SignedHeaders,
    testing::ValuesIn(std::vector<Row>{
        {"name_without_a_field", {.names = "from:to:subject:to"}, ""},
        {"any_letter_case", {.names = "From:FROM:Subject"}, ""},
        {"two_of_a_name", WithFields("from:a@example.com\r\nto:a\r\nto:b\r\n", "from:to:to:to"),
         ""},
        {"not_named",
         {.names = "from"},
         "BAD_HEADERS: the header to sign has fields that h= does not name, or in another order: "
         "see field 2"},
        {"other_order", {.names = "subject:from"}, "see field 2"},
        {"named_once_of_two", WithFields("from:a@example.com\r\nto:a\r\nto:b\r\n", "from:to"),
         "see field 3"},
        {"again_after_none",
         WithFields("from:a@example.com\r\nsubject:x\r\nto:a\r\n", "from:to:subject:to"),
         "again after it had none"},
        {"from_not_named", WithFields("subject:one\r\n", "from:subject"), "must hold one From"},
        {"h_without_from", WithFields("subject:one\r\n", "subject"), "h= without From"},
        {"two_froms", WithFields("from:a@example.com\r\nfrom:b@example.com\r\n", "from:from"),
         "must hold one From"},
        {"no_fields", WithFields("", "from"), "must hold one From"},
        {"no_colon", WithFields("from\r\n", "from"), "no field name and colon in field 1"},
        {"space_in_a_name", WithFields("fr om:a@example.com\r\n", "from"), "in field 1"},
        {"lone_line_feed", WithFields("from:a@example.com\nb:c\r\n", "from"), "stands alone"},
        {"lone_carriage_return", WithFields("from:a@example.com\rb:c\r\n", "from"), "stands alone"},
        {"last_is_another_field",
         {.name = "x-dkim-signature"},
         "BAD_HEADERS: the header block does not end with the DKIM-Signature field"},
        {"capital", WithFields("From:a@example.com\r\n", "from"), kRelaxed},
        {"space_before_a_colon", WithFields("from :a@example.com\r\n", "from"), kRelaxed},
        {"space_after_a_colon", WithFields("from: a@example.com\r\n", "from"), kRelaxed},
        {"space_at_an_end", WithFields("from:a@example.com \r\n", "from"), kRelaxed},
        {"two_spaces", WithFields("from:Ann  <a@example.com>\r\n", "from"), kRelaxed},
        {"tab", WithFields("from:Ann\t<a@example.com>\r\n", "from"), kRelaxed},
        {"folded", WithFields("from:Ann\r\n <a@example.com>\r\n", "from"), kRelaxed},
        {"signature_with_two_spaces", WithMore("  t=1767227400;"), kRelaxed},
        {"simple", Simple("From: Ann\r\n <a@example.com>\r\nSubject :  x\t\r\n"), ""},
        {"simple_without_an_author", Simple("From: Ann\r\nSubject: x\r\n"), "exactly one author"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Authors, SignedHeaders,
    testing::ValuesIn(std::vector<Row>{
        {"equal", WithFrom("a@example.com"), "", kEqualFrom},
        {"below", WithFrom("a@mail.example.com"), ""},
        {"below_where_equal_is_asked", WithFrom("a@mail.example.com"),
         "BAD_HEADERS: the header to sign has a From whose domain is not d=, example.com",
         kEqualFrom},
        {"elsewhere", WithFrom("a@example.org"), "From whose domain is not at or below d="},
        {"same_ending", WithFrom("a@badexample.com"), "not at or below d="},
        {"above", WithFrom("a@com.example"), "not at or below d="},
        {"two_authors", WithFrom("a@example.com, b@example.com"), "exactly one author"},
        {"second_author_elsewhere", WithFrom("a@example.com, b@example.org"), "exactly one author"},
        {"hidden_in_a_comment", WithFrom("a@example.org (a@example.com)"), "not at or below d="},
        {"display_name", WithFrom("\"a@example.org\" <a@example.com>"), ""},
        {"nobody", WithFrom(""), "exactly one author"},
    }),
    NameOf);

TEST(SignedHeaders, HaveABoundOfNames) {
  std::string names = "from";
  for (std::size_t i = 1; i < kMostSignedNames; ++i) names += ":x";
  EXPECT_EQ(Said(Check(Parts{.fields = "from:a@example.com\r\n", .names = names}.Text())), "");
  EXPECT_THAT(Said(Check(Parts{.fields = "from:a@example.com\r\n", .names = names + ":x"}.Text())),
              testing::HasSubstr("more than 1000 names in h="));
}

TEST(SignedHeaders, HaveABoundOfOctets) {
  EXPECT_TRUE(CheckHeaderBlockSize(std::string(kLargestHeaderBlock, 'a')));
  EXPECT_THAT(Said(CheckHeaderBlockSize(std::string(kLargestHeaderBlock + 1, 'a'))),
              testing::HasSubstr("BAD_HEADERS: the header to sign must have 1 to 524288 bytes"));
  EXPECT_FALSE(CheckHeaderBlockSize(""));
}

TEST(SignedHeaders, AreRefusedWhereverTheyAreCut) {
  const std::string block = Parts{}.Text();
  for (std::size_t size = 0; size < block.size(); ++size) {
    EXPECT_FALSE(Check(block.substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace dkimkeeper

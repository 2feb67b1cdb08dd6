#include "proto/dkim/signature_field.h"

#include "proto/dkim/base64.h"
#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;

// RFC 8463 appendix A.3.
constexpr std::string_view kRfc8463Field =
    " v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
    " d=football.example.com; i=@football.example.com;\r\n"
    " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
    " subject : date : message-id : from : subject : date;\r\n"
    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
    " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==";
constexpr std::string_view kHash = "bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; ";

// The least that parses, with `tags` put in.
std::string Field(std::string_view tags) {
  return "v=1; a=rsa-sha256; d=example.com; s=test; h=from; " + std::string(tags) +
         std::string(kHash) + "b=QUJD";
}

TEST(SignatureFieldTest, ReadsTheFieldOfRfc8463) {
  const auto field = ParseSignatureField(kRfc8463Field);
  ASSERT_THAT(field, IsOk());
  EXPECT_EQ(field->algorithm, Algorithm::kEd25519Sha256);
  EXPECT_EQ(field->canonicalization, CanonicalizationPair{});
  EXPECT_EQ(field->domain.str(), "football.example.com");
  EXPECT_EQ(field->selector.str(), "brisbane");
  EXPECT_EQ(field->identity, "@football.example.com");
  EXPECT_EQ(field->signed_at, 1528637909);
  EXPECT_EQ(field->expires_at, std::nullopt);
  EXPECT_THAT(field->header_names, ElementsAre("from", "to", "subject", "date", "message-id",
                                               "from", "subject", "date"));
  EXPECT_EQ(field->body_hash.size(), 32U);
  EXPECT_EQ(field->signature.size(), 64U);
}

TEST(SignatureFieldTest, WritesTagsInOneOrder) {
  auto field = *ParseSignatureField(kRfc8463Field);
  field.expires_at = 1528637910;
  const auto tags = SignatureTags(field);
  std::vector<std::string> names;
  for (const Tag& tag : tags) names.push_back(tag.name);
  EXPECT_THAT(names, ElementsAre("v", "a", "c", "d", "s", "i", "t", "x", "h", "bh", "b"));
  EXPECT_EQ(tags[8].value, "from:to:subject:date:message-id:from:subject:date");
  EXPECT_EQ(
      tags[10].value,
      "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==");
}

TEST(SignatureFieldTest, ATemplateHasAnEmptySignature) {
  auto field = *ParseSignatureField(Field(""));
  field.signature.clear();
  EXPECT_EQ(SignatureTags(field).back(), (Tag{"b", ""}));
}

TEST(SignatureFieldTest, LeavesOutWhatIsNotSet) {
  const auto tags = SignatureTags(*ParseSignatureField(Field("")));
  for (const Tag& tag : tags) {
    EXPECT_THAT((std::vector<std::string>{"i", "t", "x", "l", "z", "q"}),
                testing::Not(testing::Contains(tag.name)));
  }
}

// An expiry once went out as a length: l= is never written, whatever is set.
TEST(SignatureFieldTest, AnExpiryIsNeverALength) {
  auto field = *ParseSignatureField(Field("t=10; x=20; "));
  field.expires_at = 4000;
  const auto tags = SignatureTags(field);
  EXPECT_THAT(tags, testing::Contains(Tag{"x", "4000"}));
  EXPECT_THAT(tags, testing::Each(testing::Field(&Tag::name, testing::Ne("l"))));
}

TEST(SignatureFieldTest, IdentityIsEncoded) {
  auto field = *ParseSignatureField(Field("i=a=3Bb=20\r\n c@mail.example.com; "));
  EXPECT_EQ(field.identity, "a;b c@mail.example.com");
  EXPECT_THAT(SignatureTags(field), testing::Contains(Tag{"i", "a=3Bb=20c@mail.example.com"}));
}

TEST(SignatureFieldTest, IdentityIsAtOrBelowTheDomain) {
  for (const char* tag : {"i=@example.com; ", "i=@EXAMPLE.com; ", "i=a@b.c.example.com; ",
                          "i=\"x@evil.example\"@example.com; ", "i=J\xC3\xB6@example.com; "}) {
    SCOPED_TRACE(tag);
    EXPECT_THAT(ParseSignatureField(Field(tag)), IsOk());
  }
}

TEST(SignatureFieldTest, RefusesFieldsThatVerifiersWouldNotTake) {
  const std::pair<const char*, std::string> rows[] = {
      {"nothing", ""},
      {"v= of another version", "v=2; a=rsa-sha256; d=example.com; s=t; h=from; bh=; b="},
      {"l=", Field("l=0; ")},
      {"i= of a look-alike", Field("i=@notexample.com; ")},
      {"i= above d=", Field("i=@com.; ")},
      {"i= without an at sign", Field("i=example.com; ")},
      {"i= empty", Field("i=; ")},
      {"i= with half an escape", Field("i=a=2@example.com; ")},
      {"x= equal to t=", Field("t=10; x=10; ")},
      {"x= before t=", Field("t=10; x=9; ")},
      {"t= with a sign", Field("t=-1; ")},
      {"t= empty", Field("t=; ")},
      {"t= of 13 digits", Field("t=1234567890123; ")},
      {"x= no number", Field("x=soon; ")},
      {"unknown c=", Field("c=nowsp; ")},
      {"c= with three parts", Field("c=simple/simple/simple; ")},
      {"q= unknown", Field("q=https; ")},
      {"a tag twice", Field("s=other; ")},
      {"a= rsa-sha1", "v=1; a=rsa-sha1; d=example.com; s=t; h=from; " + std::string(kHash) + "b="},
      {"d= no domain", "v=1; a=rsa-sha256; d=com; s=t; h=from; " + std::string(kHash) + "b="},
      {"s= no selector",
       "v=1; a=rsa-sha256; d=a.example; s=-; h=from; " + std::string(kHash) + "b="},
      {"h= without From",
       "v=1; a=rsa-sha256; d=a.example; s=t; h=to; " + std::string(kHash) + "b="},
      {"h= empty", "v=1; a=rsa-sha256; d=a.example; s=t; h=; " + std::string(kHash) + "b="},
      {"h= with an empty name",
       "v=1; a=rsa-sha256; d=a.example; s=t; h=from::to; " + std::string(kHash) + "b="},
      {"h= with a space in a name",
       "v=1; a=rsa-sha256; d=a.example; s=t; h=from:x y; " + std::string(kHash) + "b="},
      {"bh= of SHA-1",
       "v=1; a=rsa-sha256; d=a.example; s=t; h=from; bh=2jmj7l5rSw0yVb/vlWAYkK/YBwk=; b="},
      {"bh= no base64", "v=1; a=rsa-sha256; d=a.example; s=t; h=from; bh=???; b="},
      {"b= no base64",
       "v=1; a=rsa-sha256; d=a.example; s=t; h=from; " + std::string(kHash) + "b=A"},
  };
  for (const auto& [name, value] : rows) {
    SCOPED_TRACE(name);
    EXPECT_THAT(ParseSignatureField(value), IsRefused(reason::kBadTagList));
  }
}

TEST(SignatureFieldTest, RefusesAFieldWithoutOneOfTheRequiredTags) {
  const auto tags = TagList::Parse(Field(""))->tags();
  for (std::size_t left_out = 0; left_out < tags.size(); ++left_out) {
    SCOPED_TRACE(tags[left_out].name);
    std::string value;
    for (std::size_t i = 0; i < tags.size(); ++i) {
      if (i != left_out) value += tags[i].name + "=" + tags[i].value + ";";
    }
    EXPECT_THAT(ParseSignatureField(value), IsRefused(reason::kBadTagList));
  }
}

// RFC 6376 §3.5: without c= it is simple/simple, and without its second half the body is simple.
TEST(CanonicalizationTest, DefaultsToSimple) {
  using enum Canonicalization;
  EXPECT_EQ(ParseSignatureField(Field(""))->canonicalization,
            (CanonicalizationPair{kSimple, kSimple}));
  EXPECT_EQ(ParseCanonicalization("relaxed"), (CanonicalizationPair{kRelaxed, kSimple}));
}

TEST(CanonicalizationTest, HeaderAndBodyAreIndependent) {
  using enum Canonicalization;
  for (const auto header : {kSimple, kRelaxed}) {
    for (const auto body : {kSimple, kRelaxed}) {
      auto field = *ParseSignatureField(Field(""));
      field.canonicalization = {header, body};
      const std::string text =
          std::string(CanonicalizationName(header)) + "/" + std::string(CanonicalizationName(body));
      SCOPED_TRACE(text);
      EXPECT_THAT(SignatureTags(field), testing::Contains(Tag{"c", text}));
      EXPECT_EQ(ParseCanonicalization(text), field.canonicalization);
    }
  }
}

TEST(CanonicalizationTest, RefusesOtherNames) {
  for (const char* text :
       {"", "/", "relaxed/", "/relaxed", "nofws", "simple/x", "simple relaxed"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(ParseCanonicalization(text), IsRefused(reason::kBadOption));
  }
}

}  // namespace
}  // namespace dkimkeeper

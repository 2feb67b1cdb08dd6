#include "client/dkim/body_hash.h"

#include <gtest/gtest.h>

#include "proto/dkim/base64.h"

namespace dkimkeeper {
namespace {

std::string HashOf(Canonicalization canonicalization, std::string_view body) {
  BodyHash hash(BareNewline::kRefuse);
  hash.Require(canonicalization);
  EXPECT_TRUE(hash.Append(body).has_value());
  EXPECT_TRUE(hash.Finish().has_value());
  return EncodeBase64(hash.DigestOf(canonicalization).ToBytes());
}

// RFC 6376 §3.4.3 and §3.4.4.
TEST(BodyHashTest, EmptyBodySimple) {
  EXPECT_EQ(HashOf(Canonicalization::kSimple, ""), "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
}

TEST(BodyHashTest, EmptyBodyRelaxed) {
  EXPECT_EQ(HashOf(Canonicalization::kRelaxed, ""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST(BodyHashTest, BodyOfEmptyLinesHashesLikeAnEmptyBody) {
  for (const auto canonicalization : {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
    EXPECT_EQ(HashOf(canonicalization, "\r\n\r\n"), HashOf(canonicalization, ""));
  }
}

TEST(BodyHashTest, BothCanonicalizationsInOnePassAreWhatEachIsAlone) {
  constexpr std::string_view kBody = "a \t b \r\n\r\n c\r\n \r\n\r\n";
  BodyHash hash(BareNewline::kRefuse);
  hash.Require(Canonicalization::kRelaxed);
  hash.Require(Canonicalization::kSimple);
  hash.Require(Canonicalization::kRelaxed);
  ASSERT_TRUE(hash.Append(kBody).has_value());
  ASSERT_TRUE(hash.Finish().has_value());
  for (const auto canonicalization : {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
    EXPECT_EQ(EncodeBase64(hash.DigestOf(canonicalization).ToBytes()),
              HashOf(canonicalization, kBody));
  }
}

TEST(BodyHashTest, FixedBareNewlinesHashAsCrlf) {
  BodyHash hash(BareNewline::kFix);
  hash.Require(Canonicalization::kSimple);
  ASSERT_TRUE(hash.Append("a\nb\rc\r\r\nd\n\re\r").has_value());
  ASSERT_TRUE(hash.Finish().has_value());
  EXPECT_EQ(EncodeBase64(hash.DigestOf(Canonicalization::kSimple).ToBytes()),
            HashOf(Canonicalization::kSimple, "a\r\nb\r\nc\r\n\r\nd\r\n\r\ne\r\n"));
}

}  // namespace
}  // namespace dkimkeeper

#include "client/provider/sha256_digest_info.h"

#include <gtest/gtest.h>

#include "proto/dkim/hex.h"

namespace dkimkeeper::provider {
namespace {

// RFC 8017 §9.2, note 1.
const std::string kSha256Head = "3031300d060960864801650304020105000420";
const std::string kSha512Head = "3051300d060960864801650304020305000440";
const std::string kZeros(64, '0');

TEST(Sha256DigestInfo, HoldsADigest) {
  const auto digest = DigestInSha256DigestInfo(*DecodeHex(kSha256Head + kZeros));
  ASSERT_TRUE(digest);
  EXPECT_EQ(*digest, Sha256Digest({}));
}

TEST(Sha256DigestInfo, IsNothingElse) {
  for (const std::string& hex : {std::string(), kZeros, kSha256Head, kSha256Head + kZeros + "00",
                                 kSha256Head + kZeros.substr(2), kSha512Head + kZeros + kZeros}) {
    EXPECT_FALSE(DigestInSha256DigestInfo(*DecodeHex(hex))) << hex;
  }
}

}  // namespace
}  // namespace dkimkeeper::provider

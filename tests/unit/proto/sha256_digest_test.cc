#include "proto/dkim/sha256_digest.h"

#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kHex =
    "47DEQpj8HBSa";  // the first characters of a base64 digest: no hexadecimal
constexpr std::string_view kEmptyHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(Sha256DigestTest, TakesThirtyTwoBytes) {
  const std::string bytes(32, '\xFE');
  const auto digest = Sha256Digest::FromBytes(bytes);
  ASSERT_THAT(digest, IsOk());
  EXPECT_EQ(digest->ToBytes(), bytes);
  EXPECT_EQ(digest->bytes()[31], 0xFE);
}

TEST(Sha256DigestTest, HexOfAnyLetterCaseIsTheSameDigest) {
  const auto lower = Sha256Digest::FromHex(kEmptyHash);
  ASSERT_THAT(lower, IsOk());
  EXPECT_EQ(lower->bytes()[0], 0xE3);
  std::string upper(kEmptyHash);
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(Sha256Digest::FromHex(upper), lower);
}

TEST(Sha256DigestTest, RefusesAnotherLength) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{20}, std::size_t{31}, std::size_t{33}, std::size_t{64}}) {
    SCOPED_TRACE(size);
    EXPECT_THAT(Sha256Digest::FromBytes(std::string(size, 'x')), IsRefused(reason::kBadDigest));
  }
}

TEST(Sha256DigestTest, RefusesWhatIsNoHex) {
  EXPECT_THAT(Sha256Digest::FromHex(kHex), IsRefused(reason::kBadDigest));
  EXPECT_THAT(Sha256Digest::FromHex(kEmptyHash.substr(2)), IsRefused(reason::kBadDigest));
  EXPECT_THAT(Sha256Digest::FromHex(std::string(kEmptyHash) + "00"), IsRefused(reason::kBadDigest));
  EXPECT_THAT(Sha256Digest::FromHex(""), IsRefused(reason::kBadDigest));
}

}  // namespace
}  // namespace dkimkeeper

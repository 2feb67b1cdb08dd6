#include "proto/dkim/algorithm.h"

#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

TEST(AlgorithmTest, NamesReadBack) {
  EXPECT_EQ(AlgorithmName(Algorithm::kRsaSha256), "rsa-sha256");
  EXPECT_EQ(AlgorithmName(Algorithm::kEd25519Sha256), "ed25519-sha256");
  EXPECT_EQ(ParseAlgorithm("RSA-sha256"), Algorithm::kRsaSha256);
  EXPECT_EQ(ParseAlgorithm("ed25519-SHA256"), Algorithm::kEd25519Sha256);
}

TEST(AlgorithmTest, KeyTypeIsTheFirstHalf) {
  EXPECT_EQ(KeyTypeName(Algorithm::kRsaSha256), "rsa");
  EXPECT_EQ(KeyTypeName(Algorithm::kEd25519Sha256), "ed25519");
}

// rsa-sha1 is in RFC 6376, and RFC 8301 §3.1 forbids it.
TEST(AlgorithmTest, RefusesEverythingElse) {
  for (const char* name : {"", "rsa", "ed25519", "rsa-sha1", "rsa-sha256 ", "rsa_sha256"}) {
    SCOPED_TRACE(name);
    EXPECT_THAT(ParseAlgorithm(name), IsRefused(reason::kBadAlgorithm));
  }
}

}  // namespace
}  // namespace dkimkeeper

#include "client/dkim/sha256_stream.h"

#include <gtest/gtest.h>

#include "tests/unit/client/dkim/reference_verifier.h"

namespace dkimkeeper {
namespace {

TEST(Sha256StreamTest, PiecesAroundTheBufferSizeGiveTheHashOfTheWhole) {
  for (const std::size_t first : {0U, 1U, 8191U, 8192U, 8193U, 20000U}) {
    for (const std::size_t second : {0U, 1U, 8191U, 8192U, 8193U, 20000U}) {
      Sha256Stream hash;
      hash.Append(std::string(first, 'a'));
      hash.Append(std::string(second, 'b'));
      hash.Append("c");
      EXPECT_EQ(hash.Finish().value(),
                ReferenceSha256(std::string(first, 'a') + std::string(second, 'b') + "c"))
          << first << " and " << second;
    }
  }
}

TEST(Sha256StreamTest, FinishedTwiceIsAnError) {
  Sha256Stream hash;
  ASSERT_TRUE(hash.Finish().has_value());
  EXPECT_EQ(hash.Finish().error().code, Code::kInternal);
}

}  // namespace
}  // namespace dkimkeeper

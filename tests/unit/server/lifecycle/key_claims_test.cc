#include "server/lifecycle/key_claims.h"

#include <gtest/gtest.h>

#include <optional>

namespace dkimkeeper {
namespace {

TEST(KeyClaims, AKeyIsOneThreadsAtATime) {
  KeyClaims claims;
  const KeyId id = KeyId::Random();
  {
    const auto mine = claims.Take(id);
    ASSERT_TRUE(mine);
    EXPECT_EQ(claims.Take(id).error().reason, "CHANGED_SINCE_READ");
    EXPECT_EQ(claims.Take(id).error().code, Code::kAborted);
    EXPECT_TRUE(claims.Take(KeyId::Random())) << "another key is another matter";
  }
  EXPECT_TRUE(claims.Take(id));
}

TEST(KeyClaims, AMovedClaimIsReleasedOnce) {
  KeyClaims claims;
  const KeyId id = KeyId::Random();
  auto first = claims.Take(id);
  std::optional<KeyClaims::Claim> moved(*std::move(first));
  first = tl::unexpected(Error{});
  EXPECT_FALSE(claims.Take(id));
  moved.reset();
  EXPECT_TRUE(claims.Take(id));
}

}  // namespace
}  // namespace dkimkeeper

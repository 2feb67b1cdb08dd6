#include "server/tokens/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_token.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/quiet_tokens.h"

namespace dkimkeeper {
namespace {

class TokensTest : public testing::Test {
 protected:
  ManualClock clock_;
  FakeToken main_{"main"};
  FakeToken cold_{"cold"};
  QuietTokens served_{
      {{.token = main_}, {.token = cold_, .limits = {.max_keys = 7, .require_backup = true}}},
      clock_};
};

TEST_F(TokensTest, FindsByName) {
  EXPECT_EQ(&served_.all().Find("cold").value()->token, &cold_);
  EXPECT_EQ(&served_.all().first().token, &main_);
}

TEST_F(TokensTest, AnUnknownNameIsToldThoseThatThereAre) {
  const auto unknown = served_.all().Find("clod");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::kNotFound);
  EXPECT_EQ(unknown.error().reason, "TOKEN_UNKNOWN");
  EXPECT_THAT(unknown.error().message, testing::HasSubstr("main, cold"));
}

TEST_F(TokensTest, TermsAreOfNow) {
  cold_.SetAlgorithms({Algorithm::kRsaSha256});
  const auto terms = served_.all().Terms();
  ASSERT_EQ(terms.size(), 2U);
  EXPECT_EQ(terms[0].name, "main");
  EXPECT_EQ(terms[0].algorithms.size(), 2U);
  EXPECT_EQ(terms[1].limits.max_keys, 7U);
  EXPECT_TRUE(terms[1].limits.require_backup);
  EXPECT_THAT(terms[1].algorithms, testing::ElementsAre(Algorithm::kRsaSha256));
}

}  // namespace
}  // namespace dkimkeeper

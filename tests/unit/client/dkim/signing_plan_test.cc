#include "client/dkim/signing_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>

#include "proto/reason.h"
#include "tests/unit/client/dkim/support.h"

namespace dkimkeeper {
namespace {

using std::chrono::seconds;

void ExpectBadOption(const std::vector<SignatureSpec>& specs, const MessageOptions& options = {}) {
  const auto plan = SigningPlan::Make(specs, options);
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, Code::kInvalidArgument);
  EXPECT_EQ(plan.error().reason, reason::kBadOption);
}

Result<SigningPlan> PlanWithIdentity(const std::string& identity) {
  SignatureSpec spec = SpecFor();
  spec.identity = identity;
  return SigningPlan::Make({spec}, {});
}

TEST(SigningPlanTest, NoSignatureIsRefused) { ExpectBadOption({}); }

TEST(SigningPlanTest, ExpiryIsAPointInTimeAfterTheSigningTime) {
  const auto plan =
      SigningPlan::Make({SpecFor()}, {.signed_at = 1000, .expires_after = seconds(7 * 86400)});
  EXPECT_EQ(plan.value().expires_at, 1000 + 7 * 86400);
}

TEST(SigningPlanTest, ExpiryThatIsNotLaterIsRefused) {
  for (const std::int64_t span :
       {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    ExpectBadOption({SpecFor()}, {.signed_at = 1000, .expires_after = seconds(span)});
  }
}

TEST(SigningPlanTest, ExpiryWithoutSigningTimeIsRefused) {
  ExpectBadOption({SpecFor()}, {.expires_after = seconds(1)});
}

TEST(SigningPlanTest, TimesHaveAtMostTwelveDigits) {
  ExpectBadOption({SpecFor()}, {.signed_at = -1});
  ExpectBadOption({SpecFor()}, {.signed_at = 1'000'000'000'000});
  ExpectBadOption({SpecFor()}, {.signed_at = 999'999'999'999, .expires_after = seconds(1)});
  EXPECT_EQ(
      SigningPlan::Make({SpecFor()}, {.signed_at = 999'999'999'998, .expires_after = seconds(1)})
          .value()
          .expires_at,
      999'999'999'999);
}

TEST(SigningPlanTest, IdentityAtOrBelowTheDomain) {
  EXPECT_EQ(PlanWithIdentity("a@example.com").value().signatures[0].identity, "a@example.com");
  EXPECT_EQ(PlanWithIdentity("@sub.example.com").value().signatures[0].identity,
            "@sub.example.com");
  EXPECT_EQ(PlanWithIdentity("a@b\xC3\xBC.example.com").value().signatures[0].identity,
            "a@xn--b-eha.example.com");
}

TEST(SigningPlanTest, OtherIdentitiesAreRefused) {
  for (const std::string identity :
       {"a", "example.com", "a@", "a@com", "a@notexample.com", "a@example.com.evil.test",
        "a@example.com\r\nX: y", "a\r\n@example.com", "a\x01@example.com"}) {
    SignatureSpec spec = SpecFor();
    spec.identity = identity;
    ExpectBadOption({spec});
  }
  EXPECT_TRUE(PlanWithIdentity(std::string(64, 'a') + "@example.com"));
  EXPECT_FALSE(PlanWithIdentity(std::string(65, 'a') + "@example.com"));
}

}  // namespace
}  // namespace dkimkeeper

#include "server/access/quotas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "server/access/access_rules.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::IdentityOf;
using sample::ScopeOf;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

Identity Mx() { return IdentityOf("dns:mx.example.com"); }

class QuotasTest : public testing::Test {
 protected:
  // Everybody of the group may sign within `limits`.
  static Authorized SigningWithin(const GrantLimits& limits, const Identity& identity = Mx()) {
    const auto group = GroupName::Parse("group:mail").value();
    const Grant grant{Grantee(group), Verb::kSign, ScopeOf("example.com", "*")};
    const AccessRules rules(std::set<Grant>{grant}, {},
                            std::map<Grant, GrantLimits>{{grant, limits}},
                            std::set<Membership>{{group, GroupMember(identity)}});
    return rules.Authorize(identity, Verb::kSign, ScopeOf("example.com", "")).value();
  }

  [[nodiscard]] int TakeAll(const Authorized& authorized, Quotas::Time now) {
    int taken = 0;
    while (quotas_.Take(authorized, now)) ++taken;
    return taken;
  }

  Quotas quotas_;
  Quotas::Time start_{hours(1)};
};

TEST_F(QuotasTest, SecondHoldsItsNumberAndFillsEvenly) {
  const Authorized signing = SigningWithin({.per_second = 10});
  EXPECT_EQ(TakeAll(signing, start_), 10);
  EXPECT_EQ(TakeAll(signing, start_ + milliseconds(99)), 0);
  EXPECT_EQ(TakeAll(signing, start_ + milliseconds(101)), 1);
  EXPECT_EQ(TakeAll(signing, start_ + seconds(60)), 10);
}

TEST_F(QuotasTest, DayHoldsItsNumberAndFillsEvenly) {
  const Authorized signing = SigningWithin({.per_day = 240});
  EXPECT_EQ(TakeAll(signing, start_), 240);
  EXPECT_EQ(TakeAll(signing, start_ + hours(1) + seconds(1)), 10);
  EXPECT_EQ(TakeAll(signing, start_ + hours(72)), 240);
}

TEST_F(QuotasTest, BothLimit) {
  const Authorized signing = SigningWithin({.per_second = 3, .per_day = 4});
  EXPECT_EQ(TakeAll(signing, start_), 3);
  EXPECT_EQ(TakeAll(signing, start_ + seconds(5)), 1);
  EXPECT_EQ(TakeAll(signing, start_ + seconds(10)), 0);
}

TEST_F(QuotasTest, RefusalNamesTheQuotaAndWhenToComeAgain) {
  const Authorized signing = SigningWithin({.per_second = 4, .per_day = 5});
  EXPECT_EQ(TakeAll(signing, start_), 4);
  const auto second = quotas_.Take(signing, start_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kResourceExhausted);
  EXPECT_EQ(second.error().reason, "QUOTA");
  EXPECT_EQ(second.error().retry_after, milliseconds(250));
  EXPECT_THAT(second.error().message, testing::HasSubstr("4 signatures a second"));
  EXPECT_EQ(TakeAll(signing, start_ + seconds(1)), 1);
  const auto day = quotas_.Take(signing, start_ + seconds(2));
  ASSERT_FALSE(day);
  EXPECT_THAT(day.error().message, testing::HasSubstr("5 signatures a day"));
  EXPECT_GT(day.error().retry_after, hours(4));
}

TEST_F(QuotasTest, EachIdentityOfAGroupHasItsOwn) {
  EXPECT_EQ(TakeAll(SigningWithin({.per_second = 2}), start_), 2);
  EXPECT_EQ(TakeAll(SigningWithin({.per_second = 2}, IdentityOf("unix:other")), start_), 2);
  EXPECT_EQ(TakeAll(SigningWithin({.per_second = 2}), start_), 0);
}

TEST_F(QuotasTest, WithoutOneThereIsNoEnd) {
  const Authorized signing = SigningWithin({.algorithms = {Algorithm::kRsaSha256}});
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(quotas_.Take(signing, start_));
}

TEST_F(QuotasTest, GrantWithoutAQuotaGoesFirst) {
  const Grant counted{Mx(), Verb::kSign, ScopeOf("example.com", "")};
  const Grant free{Mx(), Verb::kSign, ScopeOf("*", "")};
  const AccessRules rules(std::set<Grant>{counted, free}, {},
                          std::map<Grant, GrantLimits>{{counted, {.per_second = 1}}});
  const auto signing = rules.Authorize(Mx(), Verb::kSign, counted.scope);
  ASSERT_TRUE(signing);
  EXPECT_EQ(signing->counted(), nullptr);
}

TEST_F(QuotasTest, BucketsOfThousandsAreForgottenOnceFull) {
  for (int day = 0; day < 3; ++day) {
    for (int i = 0; i < 1500; ++i) {
      const Authorized one =
          SigningWithin({.per_day = 1}, IdentityOf("dns:mx" + std::to_string(i) + ".example"));
      EXPECT_TRUE(quotas_.Take(one, start_ + day * hours(25))) << day << " " << i;
    }
  }
}

}  // namespace
}  // namespace dkimkeeper

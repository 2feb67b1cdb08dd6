#include "server/lifecycle/policy_decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/keys/key_schedule.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::ActiveKeyOf;
using sample::DomainOf;
using sample::Minute;
using sample::SelectorOf;
using sample::SenderOf;
using testing::HasSubstr;
using testing::IsEmpty;

const Domain kDomain = DomainOf("example.com");

class SetPolicyTest : public testing::Test {
 protected:
  Result<Decision> Try(const PolicyRequest& request) {
    return DecideSetPolicy(picture_.Get(), Admin(), request, policy_);
  }
  void Set(const PolicyRequest& request) {
    const auto decision = Try(request);
    ASSERT_TRUE(decision) << decision.error().message;
    picture_.After(*decision);
  }
  [[nodiscard]] DomainEntry Entry() const { return picture_.Get().contents.domains.at(kDomain); }
  [[nodiscard]] Key Row(std::string_view selector) const {
    return *picture_.Get().keyring.Find(kDomain, SelectorOf(selector));
  }

  Policy policy_;
  Picture picture_ = Picture().With("example.com", {"news"});
};

TEST_F(SetPolicyTest, WordsAreKeptInCanonicalFormAndTakenBack) {
  Set({.domain = kDomain, .set = {{"drain", "48h"}, {"mode", "manual"}}});
  Set({.domain = kDomain, .sender = SenderOf("news"), .set = {{"drain", "24h"}}});
  EXPECT_EQ(Entry().policy, (PolicySettings{{"drain", "2d"}, {"mode", "manual"}}));
  EXPECT_EQ(Entry().sender_policies.at(SenderOf("news")), (PolicySettings{{"drain", "1d"}}));
  Set({.domain = kDomain, .set = {{"rsa_bits", "3072"}}, .unset = {"mode"}});
  EXPECT_EQ(Entry().policy, (PolicySettings{{"drain", "2d"}, {"rsa_bits", "3072"}}));
  Set({.domain = kDomain, .sender = SenderOf("news"), .unset = {"drain"}});
  EXPECT_THAT(Entry().sender_policies, IsEmpty());
}

TEST_F(SetPolicyTest, TheWholeMustMakeSenseForEverySender) {
  Set({.domain = kDomain, .sender = SenderOf("news"), .set = {{"rotation_period", "2h"}}});
  const auto refused = Try({.domain = kDomain, .set = {{"handover_window", "3h"}}});
  EXPECT_EQ(ReasonOf(refused), "BAD_POLICY");
  EXPECT_THAT(refused.error().message, HasSubstr("handover_window 3h"));
}

TEST_F(SetPolicyTest, Refusals) {
  EXPECT_EQ(ReasonOf(Try({.domain = kDomain, .set = {{"colour", "red"}}})), "BAD_POLICY");
  EXPECT_EQ(ReasonOf(Try({.domain = kDomain, .unset = {"colour"}})), "BAD_POLICY");
  EXPECT_EQ(ReasonOf(Try({.domain = kDomain, .set = {{"rsa_selectors", "a b c d_e"}}})),
            "BAD_POLICY")
      << "underscore";
  EXPECT_EQ(ReasonOf(Try({.domain = kDomain, .set = {{"selector_template", "a_{random}"}}})),
            "BAD_POLICY");
  EXPECT_EQ(ReasonOf(Try({.domain = kDomain, .sender = SenderOf("none")})), "SENDER_UNKNOWN");
  EXPECT_EQ(ReasonOf(Try({.domain = DomainOf("nowhere.example")})), "DOMAIN_UNKNOWN");
  EXPECT_EQ(ReasonOf(DecideSetPolicy(picture_.Get(), Stranger(), {.domain = kDomain}, policy_)),
            "NO_GRANT");
}

TEST_F(SetPolicyTest, ANewPeriodHoldsForTheActiveKeysThatItTouches) {
  Key key = ActiveKeyOf("example.com", "s1");
  key.rotate_at = PlannedRotation(key, Minute(0), policy_.defaults);
  Key news = ActiveKeyOf("example.com", "n1");
  news.sender = SenderOf("news");
  news.rotate_at = PlannedRotation(news, Minute(0), policy_.defaults);
  picture_.With(key).With(news);
  Set({.domain = kDomain, .sender = SenderOf("news"), .set = {{"rotation_period", "30d"}}});
  KeyPolicy monthly;
  monthly.rotation_period = std::chrono::days(30);
  EXPECT_EQ(Row("n1").rotate_at, PlannedRotation(news, Minute(0), monthly));
  EXPECT_EQ(Row("s1").rotate_at, key.rotate_at);
}

TEST_F(SetPolicyTest, ATurnThatAnOperatorEndedStaysEnded) {
  Key key = ActiveKeyOf("example.com", "s1");
  key.rotate_at = Minute(5);
  picture_.With(key);
  Set({.domain = kDomain, .set = {{"rotation_period", "300d"}}});
  EXPECT_EQ(Row("s1").rotate_at, Minute(5));
  Set({.domain = kDomain, .set = {{"drain", "3d"}}});
  EXPECT_EQ(Row("s1").rotate_at, Minute(5));
}

TEST_F(SetPolicyTest, PauseAndResume) {
  const auto pause = [&](int minute) {
    picture_.After(DecidePause(picture_.Get(), Admin(), kDomain, Minute(minute)).value());
  };
  const auto resume = [&](int minute) {
    picture_.After(DecideResume(picture_.Get(), Admin(), kDomain, Minute(minute)).value());
  };
  resume(1);
  EXPECT_FALSE(Entry().waits_from) << "it was not paused";
  pause(2);
  pause(3);
  EXPECT_EQ(Entry().paused_at, Minute(2));
  resume(4);
  resume(5);
  EXPECT_FALSE(Entry().paused_at);
  EXPECT_EQ(Entry().waits_from, Minute(4));
  EXPECT_EQ(ReasonOf(DecidePause(picture_.Get(), Stranger(), kDomain, Minute(6))), "NO_GRANT");
  EXPECT_EQ(ReasonOf(DecideResume(picture_.Get(), Stranger(), kDomain, Minute(6))), "NO_GRANT");
}

}  // namespace
}  // namespace dkimkeeper

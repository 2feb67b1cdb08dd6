#include "server/lifecycle/rotate_decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/keys/key_schedule.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/key_decisions.h"
#include "server/lifecycle/token_decisions.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::ActiveKeyOf;
using sample::DomainOf;
using sample::IdentityOf;
using sample::KeyOf;
using sample::Minute;
using sample::SelectorOf;
using sample::SenderOf;

const std::vector<TokenTerms> kTwo{{"main"}, {"second"}};
const Domain kDomain = DomainOf("example.com");
const Timestamp kNow = Minute(1'000);

// A standby that can take over at once.
Key Standby(std::string_view selector = "standby") {
  Key key = KeyOf("example.com", selector);
  key.published_at = Minute(10);
  key.usable_from = Minute(80);
  key.proof_renewed_at = kNow - std::chrono::hours(1);
  return key;
}

Picture House() {
  return Picture().With("example.com", {"news"}).With(ActiveKeyOf("example.com", "active"));
}

class RotateTest : public testing::Test {
 protected:
  void Rotate(const RotateRequest& request) {
    const auto decision = DecideRotate(picture_.Get(), Admin(), request, policy_, kTwo, kNow);
    ASSERT_TRUE(decision) << decision.error().message;
    picture_.After(*decision);
  }
  [[nodiscard]] Key Row(std::string_view selector) const {
    return *picture_.Get().keyring.Find(kDomain, SelectorOf(selector));
  }

  Policy policy_;
  Picture picture_ = House();
};

TEST_F(RotateTest, EndsTheTurnOfTheActiveKey) {
  picture_.With(Standby());
  Rotate({.domain = kDomain});
  EXPECT_EQ(Row("active").rotate_at, kNow);
  EXPECT_TRUE(SignsAt(Row("active"), kNow)) << "until its successor is proven";
  EXPECT_EQ(Row("standby"), Standby());
}

TEST_F(RotateTest, CompromisedStopsAndTheStandbyTakesOverInOneCommit) {
  picture_.With(Standby());
  Rotate({.domain = kDomain, .compromised = true});
  EXPECT_EQ(StateAt(Row("active"), kNow), KeyState::kRevoked);
  EXPECT_EQ(Row("active").stop_generation, 1U);
  EXPECT_FALSE(Row("active").destroy_now);
  EXPECT_EQ(Row("standby").activated_at, kNow);
  EXPECT_EQ(Row("standby").rotate_at, PlannedRotation(Standby(), kNow, policy_.defaults));
}

TEST_F(RotateTest, CompromisedStopsOneInItsHandOverWindowToo) {
  Key before = ActiveKeyOf("example.com", "before");
  before.retired_at = Minute(999);
  before.signs_until = Minute(1'059);
  Key news = ActiveKeyOf("example.com", "news");
  news.sender = SenderOf("news");
  picture_.With(before).With(news);
  Rotate({.domain = kDomain, .compromised = true, .destroy_now = true});
  EXPECT_TRUE(Row("before").compromised);
  EXPECT_TRUE(Row("before").destroy_now);
  EXPECT_TRUE(SignsAt(Row("news"), kNow)) << "another sender's";
}

struct Unfit {
  const char* why;
  void (*spoil)(Key& key);
};
const Unfit kUnfit[] = {
    {"never proven", [](Key& key) { key.published_at.reset(); }},
    {"old answers are remembered",
     [](Key& key) { key.usable_from = kNow + std::chrono::milliseconds(1); }},
    {"proof too old",
     [](Key& key) { key.proof_renewed_at = kNow - std::chrono::milliseconds(7'200'001); }},
    {"record lost", [](Key& key) { key.record_lost_at = kNow; }},
    {"somebody else's record", [](Key& key) { key.record_foreign = true; }},
    {"retired", [](Key& key) { key.retired_at = kNow; }},
    {"quarantined", [](Key& key) { key.quarantined_at = kNow; }},
    {"another line", [](Key& key) { key.sender = SenderOf("news"); }},
    {"token not configured", [](Key& key) { key.token = "gone"; }},
};

TEST_F(RotateTest, OnlyAFitStandbyTakesOver) {
  for (const Unfit& row : kUnfit) {
    SCOPED_TRACE(row.why);
    Key standby = Standby();
    row.spoil(standby);
    picture_ = House().With(standby);
    Rotate({.domain = kDomain, .compromised = true});
    EXPECT_EQ(Row("standby"), standby);
    const auto lines = LinesWithoutKey(picture_.Get(), KeysOf(picture_.Get(), kDomain), kNow);
    EXPECT_EQ(lines.size(), 1U);
  }
}

TEST_F(RotateTest, OneOfTwoStandbysTakesOver) {
  Key younger = Standby("a-younger");
  younger.created_at = Minute(5);
  picture_.With(younger).With(Standby());
  Rotate({.domain = kDomain, .compromised = true});
  EXPECT_TRUE(Row("standby").activated_at);
  EXPECT_FALSE(Row("a-younger").activated_at);
}

TEST_F(RotateTest, AStandbyInALostTokenDoesNotTakeOver) {
  Key elsewhere = Standby("elsewhere");
  elsewhere.token = "second";
  elsewhere.created_at = Minute(9);
  picture_.With(Standby()).With(elsewhere);
  picture_.After(
      DecideCompromiseToken(picture_.Get(), Admin(), "main", false, policy_, kTwo, kNow).value());
  EXPECT_TRUE(Row("standby").compromised);
  EXPECT_EQ(Row("elsewhere").activated_at, kNow);
}

TEST_F(RotateTest, RevokingTheActiveKeyAsCompromisedDoesTheSame) {
  picture_.With(Standby());
  picture_.After(DecideRevoke(picture_.Get(), Admin(), {kDomain, SelectorOf("active")},
                              {.compromised = true, .destroy_now = true}, policy_, kTwo, kNow)
                     .value());
  EXPECT_TRUE(Row("active").destroy_now);
  EXPECT_TRUE(Row("standby").activated_at);
}

TEST_F(RotateTest, RevokingAKeyThatIsNotActiveStartsNone) {
  Key before = ActiveKeyOf("example.com", "before");
  before.retired_at = Minute(999);
  before.signs_until = Minute(1'059);
  picture_.With(Standby()).With(before);
  picture_.After(DecideRevoke(picture_.Get(), Admin(), {kDomain, SelectorOf("before")},
                              {.compromised = true}, policy_, kTwo, kNow)
                     .value());
  EXPECT_FALSE(Row("standby").activated_at);
  EXPECT_TRUE(SignsAt(Row("active"), kNow));
}

TEST(DecideRotate, Refusals) {
  const View view = House().Grants("unix:rotator", Verb::kRotate, "example.com").Get();
  const auto reason = [&](const Identity& caller, const RotateRequest& request) {
    return ReasonOf(DecideRotate(view, caller, request, Policy(), kTwo, kNow));
  };
  const Identity rotator = IdentityOf("unix:rotator");
  EXPECT_EQ(reason(Stranger(), {.domain = kDomain}), "NO_GRANT");
  EXPECT_EQ(reason(Stranger(), {.domain = DomainOf("nowhere.example")}), "NO_GRANT");
  EXPECT_EQ(reason(rotator, {.domain = kDomain, .sender = SenderOf("news")}), "NO_GRANT");
  EXPECT_EQ(reason(Admin(), {.domain = DomainOf("nowhere.example")}), "DOMAIN_UNKNOWN");
  EXPECT_EQ(reason(Admin(), {.domain = kDomain, .sender = SenderOf("none")}), "SENDER_UNKNOWN");
  EXPECT_EQ(reason(Admin(), {.domain = kDomain, .sender = SenderOf("news")}), "NO_ACTIVE_KEY");
  EXPECT_EQ(reason(rotator, {.domain = kDomain, .destroy_now = true}), "BAD_OPTION");
  EXPECT_EQ(reason(rotator, {.domain = kDomain, .compromised = true, .destroy_now = true}),
            "NO_GRANT");
  EXPECT_EQ(reason(rotator, {.domain = kDomain, .compromised = true}), "");
}

}  // namespace
}  // namespace dkimkeeper

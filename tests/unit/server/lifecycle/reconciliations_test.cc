#include "server/lifecycle/reconciliations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/unit/server/lifecycle/custody.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

class ReconciliationsTest : public testing::Test {
 protected:
  using Call = FakeToken::Call;

  // What the queue of acts holds is done when this returns.
  void Check(std::string_view name, bool ready) {
    const ServedToken& token = **custody_.tokens().Find(name);
    rounds_.Checked(token, ready);
    std::promise<void> done;
    ASSERT_TRUE(token.acts.Submit([&done] { done.set_value(); }));
    done.get_future().wait();
  }
  unsigned Looks() const { return custody_.token.calls(Call::kFindKeys); }

  Custody custody_;
  Reconciliations rounds_{{.registry = custody_.registry(),
                           .tokens = custody_.tokens(),
                           .operations = custody_.operations(),
                           .alarms = custody_.alarms(),
                           .events = custody_.log(),
                           .clock = custody_.clock}};
};

TEST_F(ReconciliationsTest, OnceWhenATokenIsFirstReadyAndOnceWhenItReturns) {
  Check("main", false);
  EXPECT_EQ(Looks(), 0U);
  Check("main", true);
  Check("main", true);
  EXPECT_EQ(Looks(), 1U);
  Check("main", false);
  Check("main", true);
  Check("main", true);
  EXPECT_EQ(Looks(), 2U);
  EXPECT_EQ(custody_.second.calls(Call::kFindKeys), 0U) << "each token for itself";
}

TEST_F(ReconciliationsTest, OneThatFailedIsDueAgain) {
  custody_.token.Fail(Call::kFindKeys, 1, Custody::TokenAway());
  Check("main", true);
  Check("main", true);
  Check("main", true);
  EXPECT_EQ(Looks(), 2U);
}

TEST_F(ReconciliationsTest, AtTheStartItMayRunAtOnce) {
  custody_.second.Fail(Call::kCheckHealth, 1, Custody::TokenAway());
  rounds_.RunWhereReady();
  Check("main", true);
  EXPECT_EQ(Looks(), 1U);
  EXPECT_EQ(custody_.second.calls(Call::kFindKeys), 0U);
}

TEST_F(ReconciliationsTest, FindingsAreThoseOfEachTokensLastTime) {
  const KeyId id = KeyId::FromHex("0a0b").value();
  custody_.second.Import(id, SoftwareKey::Ed25519(), "somebody's");
  Check("main", true);
  Check("second", true);
  EXPECT_THAT(rounds_.Findings(), ElementsAre(StartsWith("unknown: 0a0b")));
  Check("main", false);
  Check("main", true);
  EXPECT_THAT(rounds_.Findings(), ElementsAre(StartsWith("unknown: 0a0b")));
  ASSERT_TRUE(
      custody_.second.DestroyPermanently(id, custody_.clock.Steady() + std::chrono::hours(1)));
  Check("second", false);
  Check("second", true);
  EXPECT_THAT(rounds_.Findings(), IsEmpty());
}

TEST_F(ReconciliationsTest, AKeyWhoseTokenIsNotConfiguredIsAFinding) {
  Key key = sample::KeyOf("example.com", "s1");
  key.token = "gone";
  custody_.Put({PutKey{key}});
  EXPECT_THAT(rounds_.Findings(),
              ElementsAre("unserved: example.com/s1: its token gone is not configured"));
}

TEST_F(ReconciliationsTest, TokensAreToldWhatToExpectBeforeTheyAreReady) {
  ASSERT_TRUE(custody_.Generate("s1"));
  const KeyId id = custody_.Row("s1")->id;
  FakeToken restarted("main");  // knows nothing from before
  const auto other = SoftwareKey::Ed25519();
  restarted.Import(id, other, "dkim:example.com:s1");
  const QuietTokens served({{.token = restarted}}, custody_.clock);
  const Reconciliations rounds({.registry = custody_.registry(),
                                .tokens = served,
                                .operations = custody_.operations(),
                                .alarms = custody_.alarms(),
                                .events = custody_.log(),
                                .clock = custody_.clock});
  const auto signature =
      restarted.Sign(id, DigestOf("mail"), custody_.clock.Steady() + std::chrono::hours(1));
  EXPECT_EQ(ReasonOf(signature), "KEY_CHANGED");
}

}  // namespace
}  // namespace dkimkeeper

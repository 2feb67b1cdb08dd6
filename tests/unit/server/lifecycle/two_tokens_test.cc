// Two tokens under one registry: every act goes to the key's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "server/lifecycle/domain_decisions.h"
#include "tests/unit/server/lifecycle/custody.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class TwoTokens : public testing::Test {
 protected:
  using Call = FakeToken::Call;

  void Place(std::string token) {
    const PlaceRequest request{sample::DomainOf("example.com"), {}, {std::move(token), ""}};
    const auto placed =
        custody_.registry().Update(custody_.Request(), custody_.now(), [&](const View& view) {
          return DecidePlace(view, Admin(), request, custody_.tokens().Terms());
        });
    ASSERT_TRUE(placed) << placed.error().message;
  }
  std::vector<TokenKey> In(FakeToken& token) {
    return token.FindKeys(custody_.clock.Steady() + std::chrono::hours(1)).value();
  }

  Custody custody_;
};

TEST_F(TwoTokens, AKeyLivesAndDiesWhereItWasPlaced) {
  ASSERT_TRUE(custody_.Generate("first"));
  Place("second");
  ASSERT_TRUE(custody_.Generate("other"));
  EXPECT_EQ(custody_.Row("first")->token, "main");
  EXPECT_EQ(custody_.Row("other")->token, "second");
  EXPECT_THAT(In(custody_.token), SizeIs(1));
  EXPECT_THAT(In(custody_.second), SizeIs(1));

  ASSERT_TRUE(custody_.Activate("other"));
  EXPECT_EQ(custody_.token.calls(Call::kSign), 0U);
  EXPECT_EQ(custody_.second.calls(Call::kSign), 1U);
  ASSERT_TRUE(custody_.Revoke("other"));
  ASSERT_TRUE(custody_.Destroy("other"));
  EXPECT_THAT(In(custody_.token), SizeIs(1));
  EXPECT_THAT(In(custody_.second), IsEmpty());
}

TEST_F(TwoTokens, ATokenThatIsAwayStopsNoOther) {
  custody_.token.Fail(Call::kGenerateKeyPair, 1, Custody::TokenAway());
  EXPECT_EQ(ReasonOf(custody_.Generate("first")), "TOKEN_AWAY");
  Place("second");
  EXPECT_TRUE(custody_.Generate("other"));
}

TEST_F(TwoTokens, AdoptLooksIntoTheTokenThatIsNamed) {
  const KeyId id = KeyId::FromHex("0a0b").value();
  custody_.second.Import(id, SoftwareKey::Ed25519(), "old");
  AdoptRequest request{
      .domain = sample::DomainOf("example.com"), .selector = "old", .token_key_id = id};
  EXPECT_EQ(ReasonOf(custody_.operations().Adopt(custody_.Request(), request)),
            "TOKEN_KEY_UNKNOWN");
  request.token = "third";
  EXPECT_EQ(ReasonOf(custody_.operations().Adopt(custody_.Request(), request)), "TOKEN_UNKNOWN");
  request.token = "second";
  const auto adopted = custody_.operations().Adopt(custody_.Request(), request);
  ASSERT_TRUE(adopted) << adopted.error().message;
  EXPECT_EQ((*adopted)->token, "second");
}

TEST_F(TwoTokens, EachIsReconciledForItself) {
  ASSERT_TRUE(custody_.Generate("first"));
  Place("second");
  ASSERT_TRUE(custody_.Generate("other"));
  const auto id = custody_.Row("other")->id;
  ASSERT_TRUE(
      custody_.second.DestroyPermanently(id, custody_.clock.Steady() + std::chrono::hours(1)));
  EXPECT_THAT(custody_.Reconciled("main").value(), IsEmpty());
  EXPECT_THAT(custody_.Reconciled("second").value(), ElementsAre("missing: example.com/other"));
}

TEST_F(TwoTokens, AFullTokenRefusesBeforeItIsAsked) {
  custody_.limits.max_keys = 1;
  custody_.Restart();
  ASSERT_TRUE(custody_.Generate("first"));
  EXPECT_EQ(ReasonOf(custody_.Generate("next")), "TOKEN_FULL");
  EXPECT_EQ(custody_.token.calls(Call::kGenerateKeyPair), 1U);
  ASSERT_TRUE(custody_.Revoke("first"));
  ASSERT_TRUE(custody_.Destroy("first"));
  EXPECT_TRUE(custody_.Generate("next"));
}

TEST_F(TwoTokens, WhatATokenCannotDoIsRefusedBeforeItIsAsked) {
  custody_.token.SetAlgorithms({Algorithm::kRsaSha256});
  EXPECT_EQ(ReasonOf(custody_.Generate("ed")), "ALGORITHM_UNSUPPORTED");
  EXPECT_EQ(custody_.token.calls(Call::kGenerateKeyPair), 0U);
  EXPECT_EQ(custody_.Row("ed"), nullptr);
}

TEST_F(TwoTokens, AKeyThatIsBeingMadeIsNotMadeTwice) {
  custody_.token.Hold(Call::kGenerateKeyPair);
  const Mutation mutation = custody_.Request();
  auto first = std::async(std::launch::async, [&] { return custody_.Generate("s1", mutation); });
  custody_.token.WaitUntilHeld(Call::kGenerateKeyPair, 1);
  EXPECT_EQ(ReasonOf(custody_.Generate("s1", mutation)), "CHANGED_SINCE_READ");
  EXPECT_THAT(custody_.Reconciled().value(), IsEmpty()) << "nor undone by a reconciliation";
  custody_.token.Release(Call::kGenerateKeyPair);
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(custody_.Generate("s1", mutation)) << "answered from the record";
  EXPECT_EQ(custody_.token.calls(Call::kGenerateKeyPair), 1U);
}

// An act is refused while everybody knows that the token is away, and takes its intent back.
TEST(AwayToken, IsNotWaitedForAndLeavesNoIntent) {
  Custody custody;
  const ServedToken& served = **custody.tokens().Find("main");
  custody.token.Fail(FakeToken::Call::kCheckHealth, 1, Custody::TokenAway());
  ASSERT_FALSE(served.health.Check());
  custody.clock.Advance(TokenHealth::kGrace);
  const auto refused = custody.Generate("s1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "TOKEN_AWAY");
  EXPECT_EQ(custody.token.calls(FakeToken::Call::kGenerateKeyPair), 0U);
  EXPECT_EQ(custody.Row("s1"), nullptr) << "the selector is free again";

  EXPECT_TRUE(served.health.Check());
  EXPECT_TRUE(custody.Generate("s1"));
}

}  // namespace
}  // namespace dkimkeeper

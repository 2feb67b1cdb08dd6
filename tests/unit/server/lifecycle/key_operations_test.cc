// The acts with their effects, when nothing fails but what the test says.
#include "server/lifecycle/key_operations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/server/lifecycle/custody.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::IdentityOf;
using sample::ScopeOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class KeyOperationsTest : public testing::Test {
 protected:
  using Call = FakeToken::Call;

  void RevokedKey(std::string_view selector) {
    ASSERT_TRUE(custody_.Generate(std::string(selector)));
    ASSERT_TRUE(custody_.Revoke(selector));
  }

  Custody custody_;
};

TEST_F(KeyOperationsTest, GenerateMakesOnePairWithItsName) {
  const auto key = custody_.Generate("s1");
  ASSERT_TRUE(key) << key.error().message;
  const auto in_token = custody_.TokenKeys();
  ASSERT_THAT(in_token, SizeIs(1));
  EXPECT_EQ(in_token[0].label, "dkim:example.com:s1");
  EXPECT_EQ(in_token[0].id, (*key)->id);
  EXPECT_EQ(in_token[0].public_key, (*key)->public_key);
  EXPECT_EQ((*key)->token, "main");
  EXPECT_THAT((*key)->id.bytes(), SizeIs(16));
  EXPECT_EQ(custody_.State("s1"), "PENDING");
}

TEST_F(KeyOperationsTest, GenerateFindsItsOwnSelector) {
  const auto first = custody_.Generate("");
  const auto second = custody_.Generate("");
  ASSERT_TRUE(first && second);
  EXPECT_NE((*first)->selector, (*second)->selector);
  EXPECT_THAT((*first)->selector.str(), testing::MatchesRegex("20260101-[a-z2-9]{5}"));
}

TEST_F(KeyOperationsTest, GenerateMakesRsaKeysOfTheAskedSize) {
  const auto key = custody_.operations().Generate(
      custody_.Request(), {.domain = DomainOf("example.com"), .rsa_bits = 3072, .selector = "rsa"});
  ASSERT_TRUE(key);
  EXPECT_EQ((*key)->algorithm, Algorithm::kRsaSha256);
  EXPECT_EQ((*key)->rsa_bits, 3072U);
  EXPECT_EQ(custody_.TokenKeys()[0].rsa_bits, 3072U);
}

TEST_F(KeyOperationsTest, AnUnwelcomeGenerateNeverReachesTheToken) {
  EXPECT_EQ(ReasonOf(custody_.Generate("s1", custody_.Request({}, Stranger()))), "NO_GRANT");
  EXPECT_EQ(ReasonOf(custody_.Generate("s!")), "BAD_SELECTOR");
  EXPECT_EQ(custody_.token.calls(Call::kGenerateKeyPair), 0U);
}

TEST_F(KeyOperationsTest, ARefusalOfTheTokenLeavesNoRowAndTheSelectorFree) {
  for (const Error& refusal : {Error{Code::kResourceExhausted, "TOKEN_FULL", "full"},
                               Error{Code::kFailedPrecondition, "ALGORITHM_UNSUPPORTED", "no"},
                               Error{Code::kInvalidArgument, "BAD_KEY_SIZE", "no"},
                               Error{Code::kAlreadyExists, "KEY_EXISTS", "no"}}) {
    custody_.token.Fail(Call::kGenerateKeyPair, 1, refusal);
    const Mutation mutation = custody_.Request();
    EXPECT_EQ(ReasonOf(custody_.Generate("s1", mutation)), refusal.reason);
    EXPECT_EQ(custody_.Row("s1"), nullptr);
    EXPECT_EQ(ReasonOf(custody_.Generate("s1", mutation)), "CHANGED_SINCE_READ")
        << "that request was answered";
  }
  EXPECT_TRUE(custody_.Generate("s1"));
}

TEST_F(KeyOperationsTest, AnUndoneRequestIsNotAnsweredWithTheSelectorsNextKey) {
  custody_.token.Fail(Call::kGenerateKeyPair, 1,
                      Error{Code::kResourceExhausted, "TOKEN_FULL", "full"});
  const Mutation undone = custody_.Request();
  EXPECT_FALSE(custody_.Generate("s1", undone));
  EXPECT_TRUE(custody_.Generate("s1"));
  EXPECT_EQ(ReasonOf(custody_.Generate("s1", undone)), "CHANGED_SINCE_READ");
}

TEST_F(KeyOperationsTest, ARepeatedGenerateGivesTheSameKeyAndNoSecondPair) {
  const Mutation mutation = custody_.Request();
  const auto first = custody_.Generate("", mutation);
  const auto again = custody_.Generate("", mutation);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(**first, **again);
  EXPECT_EQ(custody_.token.calls(Call::kGenerateKeyPair), 1U);
  EXPECT_THAT(custody_.TokenKeys(), SizeIs(1));
}

TEST_F(KeyOperationsTest, RequestIdsAreBoundToParametersAndCaller) {
  Mutation mutation = custody_.Request("r1");
  ASSERT_TRUE(custody_.Generate("s1", mutation));
  mutation.fingerprint = "other parameters";
  EXPECT_EQ(ReasonOf(custody_.Generate("s2", mutation)), "REQUEST_ID_REUSED");
  custody_.Put({PutGrant{{IdentityOf("unix:b"), Verb::kRotate, ScopeOf("example.com", "*")}}});
  EXPECT_TRUE(custody_.Generate("s2", custody_.Request("r1", IdentityOf("unix:b"))));
  EXPECT_THAT(custody_.TokenKeys(), SizeIs(2));
}

TEST_F(KeyOperationsTest, WhoLostTheRightIsNotToldWhatARequestDid) {
  const Grant grant{IdentityOf("unix:b"), Verb::kRotate, ScopeOf("example.com", "*")};
  custody_.Put({PutGrant{grant}});
  const Mutation mutation = custody_.Request("r1", IdentityOf("unix:b"));
  ASSERT_TRUE(custody_.Generate("s1", mutation));
  custody_.Put({RemoveGrant{grant}});
  EXPECT_EQ(ReasonOf(custody_.Generate("s1", mutation)), "NO_GRANT");
}

TEST_F(KeyOperationsTest, AKeyThatCannotSignIsNotActivated) {
  ASSERT_TRUE(custody_.Generate("old"));
  ASSERT_TRUE(custody_.Activate("old"));
  ASSERT_TRUE(custody_.Generate("new"));
  custody_.token.Fail(Call::kSign, 1, Error{Code::kInternal, "BAD_SIGNATURE", "bad"});
  EXPECT_EQ(ReasonOf(custody_.Activate("new")), "BAD_SIGNATURE");
  custody_.token.ReplaceKey(custody_.Row("new")->id, SoftwareKey::Ed25519());
  EXPECT_EQ(ReasonOf(custody_.Activate("new")), "KEY_CHANGED");
  EXPECT_EQ(custody_.State("new"), "PENDING");
  EXPECT_EQ(custody_.State("old"), "ACTIVE");
}

TEST_F(KeyOperationsTest, TheTokenSignsOnlyForAnActivationThatWillBeGranted) {
  RevokedKey("s1");
  EXPECT_EQ(ReasonOf(custody_.Activate("s1")), "WRONG_STATE");
  EXPECT_EQ(ReasonOf(custody_.Activate("s1", custody_.Request({}, Stranger()))), "NO_GRANT");
  EXPECT_EQ(ReasonOf(custody_.Activate("none")), "KEY_UNKNOWN");
  EXPECT_EQ(custody_.token.calls(Call::kSign), 0U);
}

TEST_F(KeyOperationsTest, WhatIsDoneIsAnsweredWithoutTheToken) {
  ASSERT_TRUE(custody_.Generate("s1"));
  const Mutation activate = custody_.Request();
  ASSERT_TRUE(custody_.Activate("s1", activate));
  custody_.token.Fail(Call::kSign, 1, Custody::TokenAway());
  EXPECT_TRUE(custody_.Activate("s1", activate));
}

TEST_F(KeyOperationsTest, DestroyRemovesTheKeyAndKeepsTheRow) {
  RevokedKey("s1");
  const auto gone = custody_.Destroy("s1");
  ASSERT_TRUE(gone) << gone.error().message;
  EXPECT_THAT(custody_.TokenKeys(), IsEmpty());
  EXPECT_EQ(custody_.State("s1"), "DESTROYED");
  EXPECT_EQ(ReasonOf(custody_.Generate("s1")), "SELECTOR_EXISTS");
}

TEST_F(KeyOperationsTest, DestroyNeverRemovesAnotherKeyUnderThatId) {
  RevokedKey("s1");
  custody_.token.ReplaceKey(custody_.Row("s1")->id, SoftwareKey::Ed25519());
  EXPECT_EQ(ReasonOf(custody_.Destroy("s1")), "KEY_CHANGED");
  EXPECT_THAT(custody_.TokenKeys(), SizeIs(1));
  EXPECT_EQ(custody_.token.calls(Call::kDestroyPermanently), 0U);
  EXPECT_EQ(custody_.State("s1"), "REVOKED");
}

TEST_F(KeyOperationsTest, ATokenThatLostItsFilesIsNotBelieved) {
  RevokedKey("s1");
  custody_.token.Fail(Call::kFindKey, 1, Error{Code::kNotFound, "TOKEN_KEY_UNKNOWN", "gone"});
  custody_.token.Fail(Call::kCheckHealth, 1, Custody::TokenAway());
  EXPECT_EQ(ReasonOf(custody_.Destroy("s1")), "TOKEN_AWAY");
  EXPECT_EQ(custody_.State("s1"), "REVOKED");
  EXPECT_TRUE(custody_.Destroy("s1")) << "it is back";
  EXPECT_THAT(custody_.TokenKeys(), IsEmpty());
}

TEST_F(KeyOperationsTest, AKeyThatIsGoneAlreadyIsDestroyed) {
  RevokedKey("s1");
  ASSERT_TRUE(custody_.token.DestroyPermanently(custody_.Row("s1")->id,
                                                custody_.clock.Steady() + std::chrono::hours(1)));
  EXPECT_TRUE(custody_.Destroy("s1"));
  EXPECT_EQ(custody_.State("s1"), "DESTROYED");
}

TEST_F(KeyOperationsTest, FinishLeavesASettledKeyAlone) {
  ASSERT_TRUE(custody_.Generate("s1"));
  ASSERT_TRUE(custody_.Activate("s1"));
  const auto key = custody_.operations().Finish(custody_.Row("s1"));
  ASSERT_TRUE(key);
  EXPECT_EQ(*key, custody_.Row("s1"));
  EXPECT_THAT(custody_.TokenKeys(), SizeIs(1));
}

TEST_F(KeyOperationsTest, QuarantineIsForEverAndWrittenOnce) {
  ASSERT_TRUE(custody_.Generate("s1"));
  ASSERT_TRUE(custody_.Activate("s1"));
  const Key stale = *custody_.Row("s1");
  ASSERT_TRUE(custody_.operations().Quarantine(stale));
  EXPECT_TRUE(custody_.Row("s1")->quarantined_at);
  const auto commits = custody_.store.commits();
  ASSERT_TRUE(custody_.operations().Quarantine(stale));
  EXPECT_EQ(custody_.store.commits(), commits);
}

// An emergency waits for nobody.
TEST_F(KeyOperationsTest, RevokeAndRetireDoNotWaitForTheToken) {
  ASSERT_TRUE(custody_.Generate("s1"));
  ASSERT_TRUE(custody_.Generate("s2"));
  RevokedKey("old");
  const Mutation revoke = custody_.Request();
  ASSERT_TRUE(custody_.operations().Revoke(revoke, Custody::Name("s1"), {.compromised = true}));

  custody_.token.Hold(Call::kDestroyPermanently);
  std::jthread destroyer([this] { EXPECT_TRUE(custody_.Destroy("old")); });
  custody_.token.WaitUntilHeld(Call::kDestroyPermanently, 1);
  EXPECT_TRUE(custody_.operations().Revoke(revoke, Custody::Name("s1"), {.compromised = true}))
      << "repeated";
  EXPECT_TRUE(custody_.operations().Retire(custody_.Request(), Custody::Name("s2")));
  EXPECT_TRUE(
      custody_.operations().Revoke(custody_.Request(), Custody::Name("s2"), {.compromised = true}));
  custody_.token.Release(Call::kDestroyPermanently);
  destroyer.join();
}

// The first revocation's request comes again while the key is being destroyed.
TEST_F(KeyOperationsTest, ARepeatedRevokeDoesNotCarryOnADestruction) {
  ASSERT_TRUE(custody_.Generate("s1"));
  const Mutation revoke = custody_.Request();
  ASSERT_TRUE(custody_.operations().Revoke(revoke, Custody::Name("s1"), {.compromised = true}));
  custody_.token.Fail(Call::kDestroyPermanently, 1, Custody::TokenAway());
  EXPECT_FALSE(custody_.Destroy("s1"));
  EXPECT_TRUE(custody_.operations().Revoke(revoke, Custody::Name("s1"), {.compromised = true}));
  EXPECT_EQ(custody_.token.calls(Call::kDestroyPermanently), 1U);
}

TEST_F(KeyOperationsTest, EveryActIsWrittenDownOnceRefusedOrDone) {
  ASSERT_TRUE(custody_.Generate(""));
  EXPECT_FALSE(custody_.Generate("s!"));
  EXPECT_FALSE(custody_.Activate("none"));
  ASSERT_TRUE(custody_.Generate("s1"));
  ASSERT_TRUE(custody_.Activate("s1"));
  ASSERT_TRUE(custody_.Revoke("s1"));
  const auto entries = custody_.audit.entries();
  ASSERT_THAT(entries, SizeIs(6));
  EXPECT_THAT(entries[0].selector, HasSubstr("20260101-")) << "the one that was chosen";
  EXPECT_EQ(entries[1].act, "key.generate");
  EXPECT_EQ(entries[1].selector, "s!");
  EXPECT_EQ(entries[1].result, "BAD_SELECTOR");
  EXPECT_EQ(entries[2].result, "KEY_UNKNOWN");
  EXPECT_EQ(entries[4].act, "key.activate");
  EXPECT_EQ(entries[4].identity, "unix:admin");
  EXPECT_EQ(entries[4].sender, "default");
  EXPECT_EQ(entries[4].detail, "a test");
  EXPECT_EQ(entries[4].result, "ok");
  EXPECT_EQ(entries[5].detail, "compromised");
}

}  // namespace
}  // namespace dkimkeeper

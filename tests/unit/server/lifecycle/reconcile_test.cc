#include "server/lifecycle/reconcile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/signing/resolve.h"
#include "tests/unit/server/lifecycle/custody.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::SelectorOf;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using testing::UnorderedElementsAre;

class ReconcileTest : public testing::Test {
 protected:
  using Call = FakeToken::Call;

  std::vector<std::string> Reconciled() {
    custody_.Restart();
    auto findings = custody_.Reconciled();
    EXPECT_TRUE(findings) << findings.error().message;
    return findings ? *findings : std::vector<std::string>{"failed"};
  }
  // An intent as a process leaves it that died before, or while, the token worked.
  Key Intent(std::string_view selector) {
    Key intent = sample::KeyOf("example.com", selector);
    intent.algorithm = Algorithm::kEd25519Sha256;
    intent.rsa_bits = 0;
    intent.public_key.reset();
    custody_.Put({PutKey{intent}});
    return intent;
  }
  void Make(const Key& intent) {
    const KeySpec spec{.id = intent.id,
                       .purpose = KeyPurpose::kDkim,
                       .algorithm = Algorithm::kEd25519Sha256,
                       .label = "dkim:example.com:" + intent.selector.str()};
    ASSERT_TRUE(custody_.token.GenerateKeyPair(spec, Soon()));
  }
  void Lose(std::string_view selector) {
    ASSERT_TRUE(custody_.token.DestroyPermanently(custody_.Row(selector)->id, Soon()));
  }
  // Revoked, and told to be destroyed; then the process died.
  void Destroying(std::string_view selector) {
    ASSERT_TRUE(custody_.Generate(std::string(selector)));
    ASSERT_TRUE(custody_.Revoke(selector));
    Key key = *custody_.Row(selector);
    key.destroying_at = custody_.now();
    custody_.Put({PutKey{key}});
  }
  Deadline Soon() const { return custody_.clock.Steady() + std::chrono::hours(1); }

  Custody custody_;
};

TEST_F(ReconcileTest, FindsNothingWhereStoreAndTokenAgree) {
  ASSERT_TRUE(custody_.Generate("s1"));
  ASSERT_TRUE(custody_.token.CheckHealth(Soon())) << "its key is nobody's finding";
  EXPECT_THAT(Reconciled(), IsEmpty());
  EXPECT_THAT(custody_.alarms().List(), IsEmpty());
}

TEST_F(ReconcileTest, AnUnknownKeyIsReportedAndNeverDeleted) {
  const KeyId id = KeyId::FromHex("0a0b").value();
  custody_.token.Import(id, SoftwareKey::Ed25519(), "somebody's");
  EXPECT_THAT(Reconciled(), ElementsAre("unknown: 0a0b (label somebody's) in token main: the store "
                                        "does not know it"));
  EXPECT_THAT(custody_.TokenKeys(), SizeIs(1));
}

TEST_F(ReconcileTest, AMissingKeyRaisesAnAlarmAndKeepsItsRow) {
  ASSERT_TRUE(custody_.Generate("s1"));
  ASSERT_TRUE(custody_.Activate("s1"));
  const Key before = *custody_.Row("s1");
  Lose("s1");
  EXPECT_THAT(Reconciled(), ElementsAre("missing: example.com/s1"));
  ASSERT_THAT(custody_.alarms().List(), SizeIs(1));
  EXPECT_EQ(custody_.alarms().List()[0].name, "key.missing");
  EXPECT_EQ(custody_.alarms().List()[0].subject, "example.com/s1");
  EXPECT_EQ(*custody_.Row("s1"), before);
}

TEST_F(ReconcileTest, AnEmptyTokenDeletesNothing) {
  for (const char* selector : {"s1", "s2", "s3"}) ASSERT_TRUE(custody_.Generate(selector));
  const auto before = custody_.registry().Get()->contents.keys.size();
  for (const char* selector : {"s1", "s2", "s3"}) Lose(selector);
  EXPECT_THAT(Reconciled(), SizeIs(3));
  EXPECT_EQ(custody_.registry().Get()->contents.keys.size(), before);
}

TEST_F(ReconcileTest, AChangedKeyIsQuarantinedAndSignsNoMore) {
  ASSERT_TRUE(custody_.Generate("s1"));
  ASSERT_TRUE(custody_.Activate("s1"));
  custody_.token.ReplaceKey(custody_.Row("s1")->id, SoftwareKey::Ed25519());
  EXPECT_THAT(Reconciled(), ElementsAre("changed: example.com/s1"));
  ASSERT_THAT(custody_.alarms().List(), SizeIs(1));
  EXPECT_EQ(custody_.alarms().List()[0].name, "key.changed");
  EXPECT_THAT(custody_.TokenKeys(), SizeIs(1)) << "and it is left alone";

  const ViewPtr view = custody_.registry().Get();
  const auto order = Resolve(view->rules, view->keyring, Admin(),
                             {.domain = DomainOf("example.com"),
                              .sender = {},
                              .selector = SelectorOf("s1"),
                              .algorithm = Algorithm::kEd25519Sha256,
                              .digest = DigestOf("mail"),
                              .note = {}},
                             custody_.now());
  EXPECT_EQ(ReasonOf(order), "KEY_QUARANTINED");
}

TEST_F(ReconcileTest, AQuarantineOutlivesTheRightKeysReturn) {
  ASSERT_TRUE(custody_.Generate("s1"));
  const SoftwareKey other = SoftwareKey::Ed25519();
  Key changed = *custody_.Row("s1");
  custody_.token.ReplaceKey(changed.id, other);
  EXPECT_THAT(Reconciled(), SizeIs(1));
  const auto since = custody_.Row("s1")->quarantined_at;
  changed.public_key = other.public_key();
  changed.quarantined_at = since;
  custody_.Put({PutKey{changed}});
  custody_.clock.Advance(std::chrono::hours(1));
  EXPECT_THAT(Reconciled(), IsEmpty());
  EXPECT_EQ(custody_.Row("s1")->quarantined_at, since);
}

TEST_F(ReconcileTest, TheTokenIsToldWhatToExpect) {
  ASSERT_TRUE(custody_.Generate("s1"));
  EXPECT_THAT(Reconciled(), IsEmpty());
  custody_.token.ReplaceKey(custody_.Row("s1")->id, SoftwareKey::Ed25519());
  EXPECT_EQ(ReasonOf(custody_.token.Sign(custody_.Row("s1")->id, DigestOf("x"), Soon())),
            "KEY_CHANGED");
}

TEST_F(ReconcileTest, AnInterruptedGenerateIsFinished) {
  Make(Intent("s1"));
  EXPECT_THAT(Reconciled(), ElementsAre("finished: example.com/s1"));
  EXPECT_EQ(custody_.State("s1"), "PENDING");
  EXPECT_TRUE(custody_.Activate("s1"));
  EXPECT_THAT(custody_.BrokenPromises(), IsEmpty());
}

TEST_F(ReconcileTest, OneThatTheTokenNeverMadeIsUndone) {
  Intent("s1");
  EXPECT_THAT(Reconciled(), ElementsAre(StartsWith("undone: example.com/s1")));
  EXPECT_EQ(custody_.Row("s1"), nullptr);
  EXPECT_TRUE(custody_.Generate("s1")) << "the selector is free";
  EXPECT_EQ(custody_.token.calls(FakeToken::Call::kRemoveRemains), 1U)
      << "the token may have been stopped between the two halves";
}

TEST_F(ReconcileTest, ATokenThatLostItsFilesUndoesNothing) {
  Make(Intent("s1"));
  custody_.token.Fail(Call::kFindKey, 1, Error{Code::kNotFound, "TOKEN_KEY_UNKNOWN", "gone"});
  custody_.token.Fail(Call::kCheckHealth, 1, Custody::TokenAway());
  custody_.Restart();
  EXPECT_EQ(ReasonOf(custody_.Reconciled()), "TOKEN_AWAY");
  EXPECT_NE(custody_.Row("s1"), nullptr);
  EXPECT_THAT(Reconciled(), ElementsAre("finished: example.com/s1"));
}

// A pair under the intent's id that GenerateKeyPair would not have let pass.
TEST_F(ReconcileTest, AnUnfitPairIsNotUsedAndNotDeleted) {
  const Key intent = Intent("s1");
  custody_.token.Import(intent.id, SoftwareKey::Ed25519(), "dkim:example.com:s1");
  EXPECT_THAT(Reconciled(), ElementsAre(StartsWith("undone: example.com/s1"),
                                        StartsWith("unknown: " + intent.id.ToHex())));
  EXPECT_EQ(custody_.Row("s1"), nullptr);
  EXPECT_THAT(custody_.TokenKeys(), SizeIs(1));
}

TEST_F(ReconcileTest, AnInterruptedDestroyIsFinished) {
  Destroying("s1");
  EXPECT_THAT(Reconciled(), ElementsAre("finished: example.com/s1"));
  EXPECT_EQ(custody_.State("s1"), "DESTROYED");
  EXPECT_THAT(custody_.TokenKeys(), IsEmpty());
}

TEST_F(ReconcileTest, AlsoWhenOnlyTheOutcomeWasLost) {
  Destroying("s1");
  Lose("s1");
  EXPECT_THAT(Reconciled(), ElementsAre("finished: example.com/s1"));
  EXPECT_EQ(custody_.State("s1"), "DESTROYED");
}

TEST_F(ReconcileTest, OneKeyThatCannotBeFinishedDoesNotStopTheStart) {
  Destroying("a");
  Make(Intent("b"));
  custody_.token.ReplaceKey(custody_.Row("a")->id, SoftwareKey::Ed25519());
  EXPECT_THAT(Reconciled(),
              UnorderedElementsAre(StartsWith("unfinished: example.com/a: the token holds another"),
                                   "finished: example.com/b", "changed: example.com/a"));
  EXPECT_THAT(custody_.TokenKeys(), SizeIs(2));
  EXPECT_EQ(custody_.State("a"), "REVOKED");
}

TEST_F(ReconcileTest, ADestroyedKeyThatCameBackIsReported) {
  ASSERT_TRUE(custody_.Generate("s1"));
  const KeyId id = custody_.Row("s1")->id;
  ASSERT_TRUE(custody_.Revoke("s1"));
  ASSERT_TRUE(custody_.Destroy("s1"));
  custody_.token.Import(id, SoftwareKey::Ed25519(), "dkim:example.com:s1");
  EXPECT_THAT(Reconciled(), ElementsAre(StartsWith("unknown: " + id.ToHex())));
  EXPECT_EQ(custody_.State("s1"), "DESTROYED");
}

// The story of an older copy of the store: backup, more keys, restore.
TEST_F(ReconcileTest, AfterAnOlderStoreNothingIsDeletedAndNoSelectorIsUsedTwice) {
  ASSERT_TRUE(custody_.Generate("s1"));
  const Contents older = custody_.store.Load().value();
  ASSERT_TRUE(custody_.Generate("s2"));
  const TokenKey lost = custody_.token.FindKey(custody_.Row("s2")->id, Soon()).value();
  custody_.Put({RemoveKey{{DomainOf("example.com"), SelectorOf("s2")}}});
  ASSERT_EQ(custody_.store.Load()->keys.size(), older.keys.size());

  EXPECT_THAT(Reconciled(), ElementsAre(StartsWith("unknown: " + lost.id.ToHex())));
  EXPECT_THAT(custody_.TokenKeys(), SizeIs(2)) << "nothing is deleted";
  EXPECT_EQ(ReasonOf(custody_.Generate("s2")), "SELECTOR_EXISTS");
  const auto commits = custody_.store.commits();
  EXPECT_THAT(Reconciled(), SizeIs(1));
  EXPECT_EQ(custody_.store.commits(), commits) << "it is reserved already";

  const auto adopted = custody_.operations().Adopt(
      custody_.Request(),
      {.domain = DomainOf("example.com"), .selector = "s2", .token_key_id = lost.id});
  ASSERT_TRUE(adopted) << adopted.error().message << ": the key that it was reserved for";
  EXPECT_THAT(Reconciled(), IsEmpty());
}

TEST_F(ReconcileTest, FindingsAreEventsToo) {
  custody_.token.Import(KeyId::FromHex("0a0b").value(), SoftwareKey::Ed25519(), "x\ny");
  EXPECT_THAT(Reconciled(), SizeIs(1));
  EXPECT_THAT(custody_.events,
              testing::Contains(StartsWith("event=reconcile.finding kind=unknown what=")));
}

TEST_F(ReconcileTest, ErrorsOfTokenAndStoreAreItsOwn) {
  ASSERT_TRUE(custody_.Generate("s1"));
  custody_.Restart();
  custody_.token.Fail(Call::kFindKeys, 1, Custody::TokenAway());
  EXPECT_EQ(ReasonOf(custody_.Reconciled()), "TOKEN_AWAY");
  custody_.token.ReplaceKey(custody_.Row("s1")->id, SoftwareKey::Ed25519());
  custody_.store.SetAway(true);
  EXPECT_EQ(ReasonOf(custody_.Reconciled()), "STORE_AWAY");
}

}  // namespace
}  // namespace dkimkeeper

// What the decisions about keys write down.
#include "server/lifecycle/key_decisions.h"

#include <gtest/gtest.h>

#include "server/keys/key_state.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::ActiveKeyOf;
using sample::DomainOf;
using sample::KeyOf;
using sample::Minute;
using sample::SelectorOf;
using sample::SenderOf;

using std::chrono::days;
using std::chrono::hours;

const Policy kPolicy{.allow_activation_without_dns_proof = true};

KeyRequest Request(std::string_view selector) {
  return {DomainOf("example.com"), SelectorOf(selector)};
}

// The key as it is after the decision.
Key After(Picture picture, const Result<Decision>& decision, std::string_view selector) {
  EXPECT_TRUE(decision) << decision.error().message;
  const View view = picture.After(decision.value()).Get();
  return *view.keyring.Find(DomainOf("example.com"), SelectorOf(selector));
}

TEST(DecideActivate, PutsTheOverrideOnRecord) {
  const Picture picture = Picture().With("example.com").With(KeyOf("example.com", "s1"));
  const auto decision = DecideActivate(picture.Get(), Admin(), Request("s1"), "DNS is split",
                                       kTokens, kPolicy, Minute(9));
  const Key key = After(picture, decision, "s1");
  EXPECT_EQ(key.activated_at, Minute(9));
  EXPECT_EQ(key.override_reason, "DNS is split");
  EXPECT_EQ(key.override_by, "unix:admin");
  EXPECT_TRUE(SignsAt(key, Minute(9)));
}

TEST(DecideActivate, ThePolicyMustTakeTheOverride) {
  const View view = Picture().With("example.com").With(KeyOf("example.com", "s1")).Get();
  EXPECT_EQ(
      ReasonOf(DecideActivate(view, Admin(), Request("s1"), "why", kTokens, Policy(), Minute(9))),
      "OVERRIDE_DISABLED");
  EXPECT_EQ(ReasonOf(DecideActivate(view, Admin(), Request("s1"), "", kTokens, kPolicy, Minute(9))),
            "DNS_PROOF_MISSING");
}

TEST(DecideActivate, OnAFreshProofNeedsNoReason) {
  struct Row {
    const char* why;
    void (*change)(Key& key);
    const char* reason;
  };
  const Row rows[] = {
      {"proven just now", [](Key&) {}, ""},
      {"a minute ago", [](Key& key) { key.proof_renewed_at = Minute(8); }, ""},
      {"longer ago", [](Key& key) { key.proof_renewed_at = Minute(7); }, "DNS_PROOF_MISSING"},
      {"not usable yet", [](Key& key) { key.usable_from = Minute(10); }, "DNS_PROOF_MISSING"},
      {"lost", [](Key& key) { key.record_lost_at = Minute(9); }, "DNS_PROOF_MISSING"},
      {"quarantined", [](Key& key) { key.quarantined_at = Minute(9); }, "KEY_QUARANTINED"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Key key = KeyOf("example.com", "s1");
    key.published_at = Minute(1);
    key.usable_from = Minute(2);
    key.proof_renewed_at = Minute(9);
    row.change(key);
    const Picture picture = Picture().With("example.com").With(key);
    const auto decision =
        DecideActivate(picture.Get(), Admin(), Request("s1"), "", kTokens, Policy(), Minute(9));
    EXPECT_EQ(ReasonOf(decision), row.reason);
    if (!decision) continue;
    const Key active = After(picture, decision, "s1");
    EXPECT_EQ(active.activated_at, Minute(9));
    EXPECT_TRUE(active.override_reason.empty());
    EXPECT_GT(active.rotate_at.value(), Minute(9) + days(168));
  }
}

TEST(DecideActivate, TheOneBeforeSignsOnThroughTheHandOverWindow) {
  const Picture picture = Picture()
                              .With("example.com")
                              .With(ActiveKeyOf("example.com", "old"))
                              .With(KeyOf("example.com", "new"));
  Policy policy = kPolicy;
  policy.defaults.handover_window = hours(48);
  const auto decision =
      DecideActivate(picture.Get(), Admin(), Request("new"), "why", kTokens, policy, Minute(9));
  const Key old = After(picture, decision, "old");
  EXPECT_EQ(old.retired_at, Minute(9));
  EXPECT_EQ(old.signs_until, Minute(9) + hours(48));
  EXPECT_TRUE(SignsAt(old, Minute(9) + hours(48) - std::chrono::milliseconds(1)));
  EXPECT_FALSE(SignsAt(old, Minute(9) + hours(48)));
}

TEST(DecideActivate, OtherLinesAreLeftAlone) {
  Key ed25519 = ActiveKeyOf("example.com", "ed");
  ed25519.algorithm = Algorithm::kEd25519Sha256;
  Key newsletter = ActiveKeyOf("example.com", "news");
  newsletter.sender = SenderOf("newsletter");
  const View view = Picture()
                        .With("example.com", {"newsletter"})
                        .With(ed25519)
                        .With(newsletter)
                        .With(ActiveKeyOf("example.org", "other"))
                        .With(KeyOf("example.com", "new"))
                        .Get();
  const auto decision =
      DecideActivate(view, Admin(), Request("new"), "why", kTokens, kPolicy, Minute(9)).value();
  EXPECT_EQ(decision.changes.size(), 1U);
}

TEST(DecideActivate, AQuarantinedKeyIsReplacedToo) {
  Key changed = ActiveKeyOf("example.com", "old");
  changed.quarantined_at = Minute(5);
  const Picture picture =
      Picture().With("example.com").With(changed).With(KeyOf("example.com", "new"));
  const auto decision =
      DecideActivate(picture.Get(), Admin(), Request("new"), "why", kTokens, kPolicy, Minute(9));
  const Key old = After(picture, decision, "old");
  EXPECT_EQ(StateAt(old, Minute(9)), KeyState::kRetiring);
  EXPECT_FALSE(SignsAt(old, Minute(9)));
}

// The clock was set back by ten minutes: `b` counts as not yet active, `a` as not yet retired.
TEST(DecideActivate, OneAtMostIsActiveAfterTheClockWasSetBack) {
  Key a = ActiveKeyOf("example.com", "a");
  a.retired_at = Minute(20);
  a.signs_until = Minute(80);
  Key b = KeyOf("example.com", "b");
  b.activated_at = Minute(20);
  Picture picture = Picture().With("example.com").With(a).With(b).With(KeyOf("example.com", "c"));
  picture.After(
      DecideActivate(picture.Get(), Admin(), Request("c"), "why", kTokens, kPolicy, Minute(10))
          .value());
  for (const int minute : {10, 19, 20, 25, 100}) {
    int active = 0;
    for (const auto& [name, key] : picture.Get().contents.keys) {
      if (StateAt(*key, Minute(minute)) == KeyState::kActive) ++active;
    }
    EXPECT_EQ(active, 1) << "minute " << minute;
  }
}

TEST(DecideRevoke, StopsAtOnceAndDrainsFromTheLastSignature) {
  const Picture picture = Picture().With("example.com").With(ActiveKeyOf("example.com", "s1"));
  const auto decision =
      DecideRevoke(picture.Get(), Admin(), Request("s1"), {}, kPolicy, kTokens, Minute(9));
  const Key key = After(picture, decision, "s1");
  EXPECT_FALSE(SignsAt(key, Minute(9)));
  EXPECT_EQ(key.signs_until, Minute(9));
  EXPECT_EQ(key.revoked_at, Minute(9) + days(7));
  EXPECT_EQ(StateAt(key, Minute(9) + days(7) - std::chrono::milliseconds(1)), KeyState::kRetiring);
  EXPECT_EQ(StateAt(key, Minute(9) + days(7)), KeyState::kRevoked);
}

TEST(DecideRevoke, TheDrainOfARetiredKeyCountsFromItsWindow) {
  Key retired = ActiveKeyOf("example.com", "s1");
  retired.retired_at = Minute(10);
  retired.signs_until = Minute(70);
  const Picture picture = Picture().With("example.com").With(retired);
  const auto at = [&](Timestamp now) {
    return *After(picture,
                  DecideRevoke(picture.Get(), Admin(), Request("s1"), {}, kPolicy, kTokens, now),
                  "s1")
                .revoked_at;
  };
  EXPECT_EQ(at(Minute(30)), Minute(30) + days(7)) << "inside the window: it signed until now";
  EXPECT_EQ(at(Minute(70) + days(2)), Minute(70) + days(7));
  EXPECT_EQ(at(Minute(70) + days(9)), Minute(70) + days(9)) << "never in the past";
}

TEST(DecideRevoke, CompromisedEndsTheDrainNow) {
  Picture picture = Picture().With("example.com").With(ActiveKeyOf("example.com", "s1"));
  picture.After(
      DecideRevoke(picture.Get(), Admin(), Request("s1"), {}, kPolicy, kTokens, Minute(9)).value());
  const auto decision = DecideRevoke(picture.Get(), Admin(), Request("s1"), {.compromised = true},
                                     kPolicy, kTokens, Minute(20));
  const Key key = After(picture, decision, "s1");
  EXPECT_EQ(key.revoked_at, Minute(20));
  EXPECT_TRUE(key.compromised);
}

TEST(DecideRevoke, RevokingAgainNeverProlongsTheDrain) {
  Picture picture = Picture().With("example.com").With(ActiveKeyOf("example.com", "s1"));
  picture.After(
      DecideRevoke(picture.Get(), Admin(), Request("s1"), {}, kPolicy, kTokens, Minute(9)).value());
  const auto again =
      DecideRevoke(picture.Get(), Admin(), Request("s1"), {}, kPolicy, kTokens, Minute(500));
  EXPECT_EQ(After(picture, again, "s1").revoked_at, Minute(9) + days(7));
}

TEST(DecideRevoke, ALaterCompromiseIsRemembered) {
  Key revoked = KeyOf("example.com", "s1");
  revoked.revoked_at = Minute(5);
  const Picture picture = Picture().With("example.com").With(revoked);
  const auto decision = DecideRevoke(picture.Get(), Admin(), Request("s1"), {.compromised = true},
                                     kPolicy, kTokens, Minute(9));
  const Key key = After(picture, decision, "s1");
  EXPECT_TRUE(key.compromised);
  EXPECT_EQ(key.revoked_at, Minute(5));
}

TEST(DecideRevoke, AClockSetBackDoesNotReviveTheKey) {
  for (const bool compromised : {false, true}) {
    const Picture picture = Picture().With("example.com").With(ActiveKeyOf("example.com", "s1"));
    const auto decision = DecideRevoke(picture.Get(), Admin(), Request("s1"),
                                       {.compromised = compromised}, kPolicy, kTokens, Minute(90));
    EXPECT_FALSE(SignsAt(After(picture, decision, "s1"), Minute(30)));
  }
}

TEST(DecideDestroy, KeepsTheFirstIntent) {
  Key key = KeyOf("example.com", "s1");
  key.revoked_at = Minute(5);
  key.destroying_at = Minute(6);
  const Picture picture = Picture().With("example.com").With(key);
  const auto decision = DecideDestroy(picture.Get(), Admin(), Request("s1"), Minute(9));
  EXPECT_EQ(After(picture, decision, "s1").destroying_at, Minute(6));
}

TEST(FindSubject, NamesOneKeyNotItsSelector) {
  const Key key = KeyOf("example.com", "s1");
  Key successor = key;
  successor.id = KeyId::FromBytes("another").value();
  const View view = Picture().With(successor).Get();
  EXPECT_EQ(FindSubject(view, SubjectOf(key)), nullptr);
  ASSERT_NE(FindSubject(view, SubjectOf(successor)), nullptr);
  EXPECT_EQ(*FindSubject(view, SubjectOf(successor)), successor);
}

TEST(FindSubject, TakesUnderscores) {
  const Key key = KeyOf("example.com", "s_1");
  EXPECT_NE(FindSubject(Picture().With(key).Get(), SubjectOf(key)), nullptr);
}

TEST(FindSubject, OtherSubjectsNameNoKey) {
  const View view = Picture().With(KeyOf("example.com", "s1")).Get();
  for (const char* subject : {"", "/", "//", "example.com", "example.com/s1", "example.com/s1/",
                              "unix:a sign example.com/default"}) {
    EXPECT_EQ(FindSubject(view, subject), nullptr) << subject;
  }
}

}  // namespace
}  // namespace dkimkeeper

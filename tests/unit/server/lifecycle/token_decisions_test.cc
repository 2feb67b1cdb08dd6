#include "server/lifecycle/token_decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/keys/key_state.h"
#include "server/lifecycle/key_decisions.h"
#include "server/lifecycle/key_outcomes.h"
#include "server/lifecycle/token_admission.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::ActiveKeyOf;
using sample::DomainOf;
using sample::IdentityOf;
using sample::KeyOf;
using sample::Minute;
using sample::SelectorOf;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Timestamp kNow = Minute(60);

TEST(TokenDecisions, NeedAdministerOnEverything) {
  const View view =
      Picture().With("example.com").Grants("unix:a", Verb::kAdminister, "example.com", "*").Get();
  for (const char* token : {"main", "nothing"}) {
    const Identity caller = IdentityOf("unix:a");
    EXPECT_EQ(ReasonOf(DecideConfirmBackup(view, caller, token, {}, kTokens, kNow)), "NO_GRANT");
    EXPECT_EQ(ReasonOf(DecideCompromiseToken(view, caller, token, false, Policy(), kTokens, kNow)),
              "NO_GRANT");
    EXPECT_EQ(ReasonOf(DecideLogIn(view, caller, token, kTokens)), "NO_GRANT");
  }
  EXPECT_EQ(ReasonOf(DecideConfirmBackup(view, Admin(), "nothing", {}, kTokens, kNow)),
            "TOKEN_UNKNOWN");
  EXPECT_EQ(
      ReasonOf(DecideCompromiseToken(view, Admin(), "nothing", false, Policy(), kTokens, kNow)),
      "TOKEN_UNKNOWN");
  EXPECT_EQ(ReasonOf(DecideLogIn(view, Admin(), "nothing", kTokens)), "TOKEN_UNKNOWN");
}

TEST(DecideLogIn, ChangesNothing) {
  const auto decision = DecideLogIn(Picture().Get(), Admin(), "main", kTokens);
  ASSERT_TRUE(decision);
  EXPECT_THAT(decision->changes, IsEmpty());
}

TEST(DecideConfirmBackup, KeepsTheNewest) {
  Picture picture;
  const auto confirm = [&](std::optional<Timestamp> made_at) {
    picture.After(
        DecideConfirmBackup(picture.Get(), Admin(), "main", made_at, kTokens, kNow).value());
    return RecordOf(picture.Get(), "main").backed_up_at;
  };
  EXPECT_EQ(confirm(Minute(5)), Minute(5));
  EXPECT_EQ(confirm(Minute(3)), Minute(5)) << "an older one takes nothing back";
  EXPECT_EQ(confirm({}), kNow);
  EXPECT_EQ(ReasonOf(DecideConfirmBackup(picture.Get(), Admin(), "main",
                                         kNow + Minute(1).time_since_epoch(), kTokens, kNow)),
            "BAD_OPTION");
}

// A key of each kind on the token, and one elsewhere.
Picture Everything() {
  Key pending = KeyOf("example.com", "pending");
  Key intent = KeyOf("example.com", "intent");
  intent.public_key.reset();
  Key going = KeyOf("example.com", "going");
  going.revoked_at = going.destroying_at = Minute(2);
  Key gone = KeyOf("example.com", "gone");
  gone.revoked_at = gone.destroying_at = gone.destroyed_at = Minute(2);
  Key draining = ActiveKeyOf("example.com", "draining");
  draining.retired_at = draining.signs_until = Minute(3);
  draining.revoked_at = kNow + std::chrono::days(7);
  Key elsewhere = ActiveKeyOf("example.org", "elsewhere");
  elsewhere.token = "second";
  return Picture()
      .With("example.com")
      .With("example.org")
      .With(ActiveKeyOf("example.com", "active"))
      .With(pending)
      .With(intent)
      .With(going)
      .With(gone)
      .With(draining)
      .With(elsewhere);
}

TEST(DecideCompromiseToken, StopsEveryKeyOfItAtOnce) {
  Picture picture = Everything();
  const View before = picture.Get();
  picture.After(
      DecideCompromiseToken(before, Admin(), "main", false, Policy(), kTokens, kNow).value());
  const View after = picture.Get();
  EXPECT_THAT(KeysOn(after, "main"), SizeIs(5));
  for (const KeyPtr& key : KeysOn(after, "main")) {
    EXPECT_TRUE(key->compromised) << NameOf(*key);
    EXPECT_LE(key->revoked_at, kNow) << NameOf(*key);
    EXPECT_LE(key->signs_until, kNow) << NameOf(*key);
    EXPECT_EQ(StateAt(*key, kNow), KeyState::kRevoked) << NameOf(*key);
    EXPECT_FALSE(SignsAt(*key, kNow - std::chrono::minutes(59))) << "whatever the clock says";
  }
  for (const auto& [domain, selector] :
       {std::pair{"example.com", "gone"}, {"example.org", "elsewhere"}}) {
    const auto find = [&](const View& view) {
      return *view.keyring.Find(DomainOf(domain), SelectorOf(selector));
    };
    EXPECT_EQ(find(after), find(before));
  }
}

TEST(DecideCompromiseToken, NothingOnItBecomesActiveAfterwards) {
  Picture picture = Everything();
  picture.After(
      DecideCompromiseToken(picture.Get(), Admin(), "main", false, Policy(), kTokens, kNow)
          .value());
  // A pair that was being made all the while, and one that was taken back and came again.
  const Key intent = *picture.Get().keyring.Find(DomainOf("example.com"), SelectorOf("intent"));
  const TokenKey made{.id = intent.id,
                      .label = "",
                      .public_key = {Algorithm::kRsaSha256, "made"},
                      .rsa_bits = 2048,
                      .attributes = {}};
  picture.After(RecordBirth(picture.Get(), KeyOf("example.com", "intent"), made).value());
  picture.With(KeyOf("example.com", "late"));
  for (const char* selector : {"pending", "intent", "late"}) {
    EXPECT_NE(ReasonOf(DecideActivate(picture.Get(), Admin(),
                                      {DomainOf("example.com"), SelectorOf(selector)}, "why",
                                      kTokens, {.allow_activation_without_dns_proof = true}, kNow)),
              "")
        << selector;
  }
  EXPECT_TRUE(
      picture.Get().keyring.Find(DomainOf("example.com"), SelectorOf("intent"))->compromised);
}

TEST(DecideCompromiseToken, SaidTwiceKeepsTheFirstTime) {
  Picture picture = Everything();
  for (const Timestamp at : {kNow, kNow + std::chrono::hours(1)}) {
    picture.After(
        DecideCompromiseToken(picture.Get(), Admin(), "main", false, Policy(), kTokens, at)
            .value());
  }
  EXPECT_EQ(RecordOf(picture.Get(), "main").compromised_at, kNow);
}

TEST(DecideCompromiseToken, WorksForOneThatIsNotConfiguredAnyMore) {
  const std::vector<TokenTerms> other{{"other"}};
  EXPECT_TRUE(
      DecideCompromiseToken(Everything().Get(), Admin(), "main", false, Policy(), other, kNow));
}

TEST(LinesWithoutKey, NamesThoseThatLostTheirs) {
  Picture picture = Everything();
  Key second = ActiveKeyOf("example.com", "ed");
  second.algorithm = Algorithm::kEd25519Sha256;
  Key spare = ActiveKeyOf("example.com", "spare");
  spare.algorithm = Algorithm::kEd25519Sha256;
  spare.token = "second";
  picture.With(second).With(spare);
  picture.After(
      DecideCompromiseToken(picture.Get(), Admin(), "main", false, Policy(), kTokens, kNow)
          .value());
  const View view = picture.Get();
  EXPECT_THAT(LinesWithoutKey(view, KeysOn(view, "main"), kNow),
              ElementsAre(Line{DomainOf("example.com"), Sender::Default(), Algorithm::kRsaSha256}))
      << "the other line has its key elsewhere";
}

}  // namespace
}  // namespace dkimkeeper

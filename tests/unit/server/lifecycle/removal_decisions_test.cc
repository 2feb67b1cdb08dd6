#include "server/lifecycle/removal_decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/keys/key_state.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::ActiveKeyOf;
using sample::DomainOf;
using sample::IdentityOf;
using sample::KeyOf;
using sample::Minute;
using sample::ScopeOf;
using sample::SelectorOf;
using sample::SenderOf;
using testing::ElementsAre;
using testing::IsEmpty;

const Domain kDomain = DomainOf("example.com");
constexpr auto kNow = [] { return Minute(100); };

Key Destroyed(std::string_view selector) {
  Key key = KeyOf("example.com", selector);
  key.destroyed_at = Minute(1);
  return key;
}

Key OfNews(Key key) {
  key.sender = SenderOf("news");
  return key;
}

Result<Decision> RemoveDomainFrom(const Picture& picture) {
  return DecideRemoveDomain(picture.Get(), Admin(), kDomain, Policy(), kNow());
}
Result<Decision> RemoveNewsFrom(const Picture& picture) {
  return DecideRemoveSender(picture.Get(), Admin(), kDomain, SenderOf("news"), Policy(), kNow());
}

TEST(RemoveDomain, WithoutLivingKeysGoesAtOnceWithItsGrants) {
  const Grant other{IdentityOf("unix:a"), Verb::kSign, ScopeOf("example.org", "*")};
  Picture picture = Picture()
                        .With("example.com", {"news"})
                        .With("example.org")
                        .With(Destroyed("old"))
                        .Grants("unix:a", Verb::kRotate, "example.com", "news")
                        .With(other);
  picture.After(RemoveDomainFrom(picture).value());
  const View view = picture.Get();
  EXPECT_FALSE(view.contents.domains.contains(kDomain));
  EXPECT_THAT(view.contents.grants, ElementsAre(other));
  EXPECT_EQ(view.contents.keys.size(), 1U);
}

TEST(RemoveDomain, StartsTheRestOfTheLivesOfItsKeys) {
  Key retiring = ActiveKeyOf("example.com", "retiring");
  retiring.retired_at = Minute(90);
  retiring.signs_until = Minute(150);
  Picture picture = Picture()
                        .With("example.com")
                        .With(ActiveKeyOf("example.com", "active"))
                        .With(KeyOf("example.com", "unused"))
                        .With(retiring)
                        .With(ActiveKeyOf("example.org", "other"));
  picture.After(RemoveDomainFrom(picture).value());
  const View view = picture.Get();
  EXPECT_EQ(view.contents.domains.at(kDomain).removing_at, kNow());
  const auto key = [&](std::string_view selector) {
    return *view.keyring.Find(kDomain, SelectorOf(selector));
  };
  EXPECT_EQ(key("active").retired_at, kNow());
  EXPECT_EQ(key("active").signs_until, kNow() + std::chrono::hours(1));
  EXPECT_EQ(key("active").stop_generation, 1U);
  EXPECT_TRUE(SignsAt(key("active"), kNow()));
  EXPECT_EQ(key("unused").revoked_at, kNow());
  EXPECT_EQ(key("retiring"), retiring);
  EXPECT_FALSE(view.keyring.Find(DomainOf("example.org"), SelectorOf("other"))->retired_at);
  EXPECT_THAT(RemoveDomainFrom(picture).value().changes, IsEmpty()) << "again";
}

TEST(RemoveDomain, RightsBeforeExistence) {
  const View view = Picture()
                        .With("example.com", {"news"})
                        .Grants("unix:a", Verb::kAdminister, "example.com", "news")
                        .Get();
  const auto reason = [&view](const Identity& caller, std::string_view domain) {
    return ReasonOf(DecideRemoveDomain(view, caller, DomainOf(domain), Policy(), kNow()));
  };
  EXPECT_EQ(reason(IdentityOf("unix:a"), "example.com"), "NO_GRANT");
  EXPECT_EQ(reason(Stranger(), "nowhere.example"), "NO_GRANT");
  EXPECT_EQ(reason(Admin(), "nowhere.example"), "DOMAIN_UNKNOWN");
}

TEST(RemoveSender, WithoutLivingKeysTakesAllOfItsOwnAlong) {
  DomainEntry entry{
      .domain = kDomain, .senders = {Sender::Default(), SenderOf("news")}, .created_at = {}};
  entry.sender_placements[SenderOf("news")] = {.token = "main", .standby_token = ""};
  entry.sender_policies[SenderOf("news")] = {{"drain", "1d"}};
  const Grant all{IdentityOf("unix:a"), Verb::kSign, ScopeOf("example.com", "*")};
  Picture picture =
      Picture().With(entry).Grants("unix:b", Verb::kSign, "example.com", "news").With(all);
  picture.After(RemoveNewsFrom(picture).value());
  const View view = picture.Get();
  EXPECT_THAT(view.contents.grants, ElementsAre(all));
  const DomainEntry& left = view.contents.domains.at(kDomain);
  EXPECT_THAT(left.senders, ElementsAre(Sender::Default()));
  EXPECT_THAT(left.sender_placements, IsEmpty());
  EXPECT_THAT(left.sender_policies, IsEmpty());
}

TEST(RemoveSender, StartsTheRestOfTheLivesOfItsKeysOnly) {
  Picture picture = Picture()
                        .With("example.com", {"news"})
                        .With(OfNews(ActiveKeyOf("example.com", "n1")))
                        .With(ActiveKeyOf("example.com", "d1"));
  picture.After(RemoveNewsFrom(picture).value());
  const View view = picture.Get();
  EXPECT_TRUE(view.contents.domains.at(kDomain).removing_senders.contains(SenderOf("news")));
  EXPECT_TRUE(view.keyring.Find(kDomain, SelectorOf("n1"))->retired_at);
  EXPECT_FALSE(view.keyring.Find(kDomain, SelectorOf("d1"))->retired_at);
  EXPECT_THAT(RemoveNewsFrom(picture).value().changes, IsEmpty()) << "again";
}

TEST(RemoveSender, Refusals) {
  const View view = Picture().With("example.com", {"news"}).Get();
  const auto reason = [&view](const Identity& caller, std::string_view sender) {
    return ReasonOf(DecideRemoveSender(view, caller, kDomain, SenderOf(sender), Policy(), kNow()));
  };
  EXPECT_EQ(reason(Stranger(), "news"), "NO_GRANT");
  EXPECT_EQ(reason(Stranger(), "none"), "NO_GRANT");
  EXPECT_EQ(reason(Admin(), "none"), "SENDER_UNKNOWN");
  EXPECT_EQ(reason(Admin(), "default"), "SENDER_IN_USE");
}

TEST(DropDomain, OnlyOnceEveryKeyIsDestroyed) {
  Picture picture =
      Picture().With("example.com").With(ActiveKeyOf("example.com", "s1")).With(Destroyed("s0"));
  EXPECT_EQ(ReasonOf(DecideDropDomain(picture.Get(), kDomain)), "CHANGED_SINCE_READ");
  picture.After(RemoveDomainFrom(picture).value());
  EXPECT_EQ(ReasonOf(DecideDropDomain(picture.Get(), kDomain)), "CHANGED_SINCE_READ");
  picture.With(Destroyed("s1"));
  picture.After(DecideDropDomain(picture.Get(), kDomain).value());
  EXPECT_FALSE(picture.Get().contents.domains.contains(kDomain));
  EXPECT_THAT(DecideDropDomain(picture.Get(), kDomain).value().changes, IsEmpty()) << "again";
}

TEST(DropDomain, NotOneThatNobodyGaveUp) {
  const View view = Picture().With("example.com").With(Destroyed("s0")).Get();
  EXPECT_EQ(ReasonOf(DecideDropDomain(view, kDomain)), "CHANGED_SINCE_READ");
}

TEST(DropSender, OnlyOnceEveryKeyOfItIsDestroyed) {
  Picture picture = Picture()
                        .With("example.com", {"news"})
                        .With(OfNews(ActiveKeyOf("example.com", "n1")))
                        .With(ActiveKeyOf("example.com", "d1"));
  const auto drop = [&] { return DecideDropSender(picture.Get(), kDomain, SenderOf("news")); };
  EXPECT_EQ(ReasonOf(drop()), "CHANGED_SINCE_READ");
  picture.After(RemoveNewsFrom(picture).value());
  EXPECT_EQ(ReasonOf(drop()), "CHANGED_SINCE_READ");
  picture.With(OfNews(Destroyed("n1")));
  picture.After(drop().value());
  EXPECT_THAT(picture.Get().contents.domains.at(kDomain).senders, ElementsAre(Sender::Default()));
  EXPECT_THAT(drop().value().changes, IsEmpty()) << "again";
}

}  // namespace
}  // namespace dkimkeeper

#include "server/lifecycle/domain_decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::IdentityOf;
using sample::KeyOf;
using sample::Minute;
using sample::ScopeOf;
using sample::SenderOf;
using testing::ElementsAre;
using testing::IsEmpty;

DomainEntry Entry(std::string_view domain) {
  return {.domain = DomainOf(domain),
          .allow_underscore = true,
          .fail_policy = FailPolicy::kUnsigned,
          .senders = {},
          .created_at = Minute(7)};
}

TEST(AddDomain, HasTheDefaultSender) {
  Picture picture;
  picture.After(DecideAddDomain(picture.Get(), Admin(), Entry("example.com"), kTokens).value());
  DomainEntry expected = Entry("example.com");
  expected.senders = {Sender::Default()};
  EXPECT_EQ(picture.Get().contents.domains.at(DomainOf("example.com")), expected);
}

TEST(AddDomain, OnlyWhoMayAdministerEverythingMayAdd) {
  const View view =
      Picture().With("example.org").Grants("unix:a", Verb::kAdminister, "example.com", "*").Get();
  EXPECT_EQ(ReasonOf(DecideAddDomain(view, IdentityOf("unix:a"), Entry("example.com"), kTokens)),
            "NO_GRANT");
  EXPECT_EQ(ReasonOf(DecideAddDomain(view, IdentityOf("unix:a"), Entry("example.org"), kTokens)),
            "NO_GRANT");
  EXPECT_EQ(ReasonOf(DecideAddDomain(view, Admin(), Entry("example.org"), kTokens)),
            "DOMAIN_EXISTS");
}

TEST(RemoveDomain, NotWhileAKeyLives) {
  Key destroyed = KeyOf("example.com", "old");
  destroyed.destroyed_at = Minute(1);
  Key intent = KeyOf("example.com", "new");
  intent.public_key.reset();
  Key revoked = KeyOf("example.com", "revoked");
  revoked.revoked_at = Minute(1);
  for (const Key& living : {intent, revoked, KeyOf("example.com", "s1")}) {
    const View view = Picture().With("example.com").With(destroyed).With(living).Get();
    EXPECT_EQ(ReasonOf(DecideRemoveDomain(view, Admin(), DomainOf("example.com"))),
              "DOMAIN_IN_USE");
  }
}

TEST(RemoveDomain, TakesItsGrantsAndLeavesItsRows) {
  Key destroyed = KeyOf("example.com", "old");
  destroyed.destroyed_at = Minute(1);
  const Grant other{IdentityOf("unix:a"), Verb::kSign, ScopeOf("example.org", "*")};
  Picture picture = Picture()
                        .With("example.com", {"newsletter"})
                        .With("example.org")
                        .With(destroyed)
                        .Grants("unix:a", Verb::kSign, "example.com")
                        .Grants("unix:a", Verb::kRotate, "example.com", "newsletter")
                        .Grants("unix:a", Verb::kAudit, "example.com", "*")
                        .With(other);
  picture.After(DecideRemoveDomain(picture.Get(), Admin(), DomainOf("example.com")).value());
  const View view = picture.Get();
  EXPECT_FALSE(view.contents.domains.contains(DomainOf("example.com")));
  EXPECT_THAT(view.contents.grants, ElementsAre(other));
  EXPECT_EQ(view.contents.keys.size(), 1U);
}

TEST(RemoveDomain, RightsBeforeExistence) {
  const View view = Picture()
                        .With("example.com", {"newsletter"})
                        .Grants("unix:a", Verb::kAdminister, "example.com", "newsletter")
                        .Get();
  const auto reason = [&view](const Identity& caller, std::string_view domain) {
    return ReasonOf(DecideRemoveDomain(view, caller, DomainOf(domain)));
  };
  EXPECT_EQ(reason(IdentityOf("unix:a"), "example.com"), "NO_GRANT");
  EXPECT_EQ(reason(Stranger(), "nowhere.example"), "NO_GRANT");
  EXPECT_EQ(reason(Admin(), "nowhere.example"), "DOMAIN_UNKNOWN");
}

TEST(AddSender, JoinsTheDomain) {
  Picture picture = Picture().With("example.com");
  picture.After(
      DecideAddSender(picture.Get(), Admin(), DomainOf("example.com"), SenderOf("news")).value());
  EXPECT_THAT(picture.Get().contents.domains.at(DomainOf("example.com")).senders,
              ElementsAre(Sender::Default(), SenderOf("news")));
}

TEST(AddSender, Refusals) {
  const View view = Picture().With("example.com", {"news"}).Get();
  const auto reason = [&view](const Identity& caller, std::string_view domain,
                              std::string_view sender) {
    return ReasonOf(DecideAddSender(view, caller, DomainOf(domain), SenderOf(sender)));
  };
  EXPECT_EQ(reason(Stranger(), "example.com", "news"), "NO_GRANT");
  EXPECT_EQ(reason(Stranger(), "nowhere.example", "news"), "NO_GRANT");
  EXPECT_EQ(reason(Admin(), "nowhere.example", "news"), "DOMAIN_UNKNOWN");
  EXPECT_EQ(reason(Admin(), "example.com", "news"), "SENDER_EXISTS");
  EXPECT_EQ(reason(Admin(), "example.com", "default"), "SENDER_EXISTS");
}

TEST(RemoveSender, TakesItsGrantsSoThatNoneComesAliveLater) {
  Picture picture = Picture()
                        .With("example.com", {"news"})
                        .Grants("unix:a", Verb::kSign, "example.com", "news")
                        .Grants("unix:b", Verb::kRotate, "example.com", "news");
  picture.After(
      DecideRemoveSender(picture.Get(), Admin(), DomainOf("example.com"), SenderOf("news"))
          .value());
  EXPECT_THAT(picture.Get().contents.grants, IsEmpty());
  EXPECT_THAT(picture.Get().contents.domains.at(DomainOf("example.com")).senders,
              ElementsAre(Sender::Default()));
}

TEST(RemoveSender, LeavesTheGrantsOfOthers) {
  const Grant all{IdentityOf("unix:a"), Verb::kSign, ScopeOf("example.com", "*")};
  const Grant other_sender{IdentityOf("unix:b"), Verb::kSign, ScopeOf("example.com", "default")};
  Picture picture = Picture().With("example.com", {"news"}).With(all).With(other_sender);
  picture.After(
      DecideRemoveSender(picture.Get(), Admin(), DomainOf("example.com"), SenderOf("news"))
          .value());
  EXPECT_THAT(picture.Get().contents.grants, ElementsAre(all, other_sender));
}

TEST(RemoveSender, Refusals) {
  Key key = KeyOf("example.com", "s1");
  key.sender = SenderOf("used");
  const View view = Picture().With("example.com", {"news", "used"}).With(key).Get();
  const auto reason = [&view](const Identity& caller, std::string_view sender) {
    return ReasonOf(DecideRemoveSender(view, caller, DomainOf("example.com"), SenderOf(sender)));
  };
  EXPECT_EQ(reason(Stranger(), "news"), "NO_GRANT");
  EXPECT_EQ(reason(Stranger(), "none"), "NO_GRANT");
  EXPECT_EQ(reason(Admin(), "none"), "SENDER_UNKNOWN");
  EXPECT_EQ(reason(Admin(), "default"), "SENDER_IN_USE");
  EXPECT_EQ(reason(Admin(), "used"), "SENDER_IN_USE");
}

}  // namespace
}  // namespace dkimkeeper

#include "server/lifecycle/domain_decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::IdentityOf;
using sample::Minute;
using sample::SenderOf;
using testing::ElementsAre;

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

TEST(AddDomain, NotWhileOneOfThatNameIsBeingRemoved) {
  DomainEntry leaving = Entry("example.com");
  leaving.removing_at = Minute(8);
  const View view = Picture().With(leaving).Get();
  const auto refused = DecideAddDomain(view, Admin(), Entry("example.com"), kTokens);
  EXPECT_EQ(ReasonOf(refused), "DOMAIN_EXISTS");
  EXPECT_THAT(refused.error().message, testing::HasSubstr("dkimkeeper next example.com"));
  EXPECT_EQ(ReasonOf(DecideAddSender(view, Admin(), leaving.domain, SenderOf("news"))),
            "DOMAIN_IN_USE");
}

TEST(AddSender, NotWhileOneOfThatNameIsBeingRemoved) {
  DomainEntry entry = Entry("example.com");
  entry.senders = {Sender::Default(), SenderOf("news")};
  entry.removing_senders.emplace(SenderOf("news"), Minute(8));
  const View view = Picture().With(entry).Get();
  EXPECT_EQ(ReasonOf(DecideAddSender(view, Admin(), entry.domain, SenderOf("news"))),
            "SENDER_IN_USE");
  EXPECT_EQ(ReasonOf(DecideAddSender(view, Admin(), entry.domain, SenderOf("other"))), "");
}

}  // namespace
}  // namespace dkimkeeper

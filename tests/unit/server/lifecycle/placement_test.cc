#include "server/lifecycle/placement.h"

#include <gtest/gtest.h>

#include "server/lifecycle/domain_decisions.h"
#include "server/lifecycle/key_decisions.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::IdentityOf;
using sample::Minute;
using sample::SenderOf;

const std::vector<TokenTerms> kThree{{"main"}, {"cloud"}, {"cold"}};

DomainEntry Entry() {
  return {.domain = DomainOf("example.com"),
          .allow_underscore = false,
          .fail_policy = FailPolicy::kTempfail,
          .senders = {Sender::Default(), SenderOf("crm")},
          .created_at = Minute(0)};
}

TEST(PlacementOf, TheSendersOwnThenTheDomainsThenTheFirstToken) {
  DomainEntry entry = Entry();
  EXPECT_EQ(PlacementOf(entry, SenderOf("crm"), "main").token, "main");
  entry.placement = {.token = "cloud", .standby_token = "cold"};
  EXPECT_EQ(PlacementOf(entry, SenderOf("crm"), "main"), entry.placement);
  entry.sender_placements[SenderOf("crm")] = {.token = "cold", .standby_token = ""};
  EXPECT_EQ(PlacementOf(entry, SenderOf("crm"), "main"), (Placement{"cold", ""}))
      << "whole: the domain's standby stands in for the domain's token";
  EXPECT_EQ(PlacementOf(entry, Sender::Default(), "main"), entry.placement);
}

TEST(CheckPlacement, KnowsTheTokens) {
  struct Row {
    Placement placement;
    const char* reason;
  };
  for (const auto& [placement, reason] : std::vector<Row>{{{"", ""}, ""},
                                                          {{"main", ""}, ""},
                                                          {{"main", "cold"}, ""},
                                                          {{"mian", ""}, "TOKEN_UNKNOWN"},
                                                          {{"main", "clod"}, "TOKEN_UNKNOWN"},
                                                          {{"main", "main"}, "BAD_OPTION"},
                                                          {{"", "cold"}, "BAD_OPTION"}}) {
    EXPECT_EQ(ReasonOf(CheckPlacement(placement, kThree)), reason)
        << placement.token << "/" << placement.standby_token;
  }
  const auto refused = CheckPlacement({"mian", ""}, kThree);
  EXPECT_NE(refused.error().message.find("main, cloud, cold"), std::string::npos)
      << refused.error().message;
}

// The placement of that sender once the request was granted.
Placement After(Picture& picture, const PlaceRequest& request, std::string_view sender) {
  const auto decision = DecidePlace(picture.Get(), Admin(), request, kThree);
  EXPECT_TRUE(decision) << decision.error().message;
  if (decision) picture.After(*decision);
  return PlacementOf(picture.Get().contents.domains.at(request.domain), SenderOf(sender), "main");
}

TEST(DecidePlace, PlacesADomainOrOneSender) {
  Picture picture = Picture().With(Entry());
  const Domain domain = DomainOf("example.com");
  EXPECT_EQ(After(picture, {domain, {}, {"cloud", "cold"}}, "crm"), (Placement{"cloud", "cold"}));
  EXPECT_EQ(After(picture, {domain, SenderOf("crm"), {"cold", ""}}, "crm"),
            (Placement{"cold", ""}));
  EXPECT_EQ(After(picture, {domain, SenderOf("crm"), {"cold", ""}}, "default"),
            (Placement{"cloud", "cold"}));
  EXPECT_EQ(After(picture, {domain, SenderOf("crm"), {"", ""}}, "crm"),
            (Placement{"cloud", "cold"}))
      << "taken back";
  EXPECT_EQ(After(picture, {domain, {}, {"", ""}}, "crm"), (Placement{"main", ""}));
}

TEST(DecidePlace, RefusesInTheOrderThatTellsNothing) {
  const View view = Picture().With(Entry()).Grants("unix:ops", Verb::kRotate, "example.com").Get();
  const auto reason = [&](std::string_view who, std::string_view domain, std::string_view sender,
                          std::string token) {
    return ReasonOf(DecidePlace(view, IdentityOf(who),
                                {DomainOf(domain), SenderOf(sender), {std::move(token), ""}},
                                kThree));
  };
  EXPECT_EQ(reason("unix:ops", "example.com", "crm", "main"), "NO_GRANT");
  EXPECT_EQ(reason("unix:ops", "nowhere.example", "crm", "nothing"), "NO_GRANT");
  EXPECT_EQ(reason("unix:admin", "nowhere.example", "crm", "main"), "DOMAIN_UNKNOWN");
  EXPECT_EQ(reason("unix:admin", "example.com", "other", "main"), "SENDER_UNKNOWN");
  EXPECT_EQ(reason("unix:admin", "example.com", "crm", "mian"), "TOKEN_UNKNOWN");
}

TEST(DecideAddDomain, TakesAPlacementThatIsGood) {
  DomainEntry entry = Entry();
  entry.placement = {.token = "cloud", .standby_token = ""};
  const auto added = DecideAddDomain(Picture().Get(), Admin(), entry, kThree);
  ASSERT_TRUE(added);
  Picture picture;
  picture.After(*added);
  EXPECT_EQ(picture.Get().contents.domains.at(entry.domain).placement.token, "cloud");
  entry.placement.token = "mian";
  EXPECT_EQ(ReasonOf(DecideAddDomain(Picture().Get(), Admin(), entry, kThree)), "TOKEN_UNKNOWN");
}

TEST(DecideGenerate, GoesToTheStandInOfACompromisedToken) {
  DomainEntry entry = Entry();
  entry.placement = {.token = "cloud", .standby_token = "cold"};
  Picture picture = Picture().With(entry);
  picture.After({{PutToken{{.name = "cloud", .compromised_at = Minute(0)}}}, {}});
  const Birth birth{KeyId::Random(), kThree, [] { return std::string("s1"); }};
  const auto made =
      DecideGenerate(picture.Get(), Admin(), {.domain = entry.domain}, birth, Policy(), Minute(1));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(std::get<PutKey>(made->changes.front()).key.token, "cold");
}

TEST(DecideGenerate, GoesToTheTokenOfItsPlacement) {
  DomainEntry entry = Entry();
  entry.placement = {.token = "cloud", .standby_token = ""};
  entry.sender_placements[SenderOf("crm")] = {.token = "gone", .standby_token = ""};
  const Birth birth{KeyId::Random(), kThree, [] { return std::string("s1"); }};
  const auto generate = [&](std::string_view sender) {
    return DecideGenerate(Picture().With(entry).Get(), Admin(),
                          {.domain = entry.domain, .sender = SenderOf(sender)}, birth, Policy(),
                          Minute(1));
  };
  Picture picture;
  const auto decision = generate("default");
  ASSERT_TRUE(decision);
  picture.After(*decision);
  EXPECT_EQ(FindSubject(picture.Get(), decision->subject)->token, "cloud");
  EXPECT_EQ(ReasonOf(generate("crm")), "TOKEN_UNKNOWN") << "never on another one than was chosen";
}

}  // namespace
}  // namespace dkimkeeper

#include "client/cli/access_views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/time_text.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::Not;

v1::Grant Sign(const char* identity) {
  v1::Grant grant;
  grant.set_identity(identity);
  grant.set_verb(v1::VERB_SIGN);
  grant.set_domain("*");
  grant.set_sender("*");
  return grant;
}

TEST(AccessViews, WhoHasNoGrantsIsTold) {
  v1::WhoAmIResponse who;
  who.set_identity("uri:a");
  EXPECT_EQ(ShowWhoAmI(who), "uri:a\nno grants: everything is denied\n");
  *who.add_grants() = Sign("uri:a");
  EXPECT_THAT(ShowWhoAmI(who), HasSubstr("uri:a     sign  *       *       grant\n"));
}

TEST(AccessViews, WhereFromAndThroughWhichGroups) {
  v1::WhoAmIResponse who;
  who.set_identity("uri:a");
  who.set_address("192.0.2.1");
  who.add_groups("group:mail");
  who.add_groups("group:ops");
  EXPECT_THAT(ShowWhoAmI(who), HasSubstr("uri:a at 192.0.2.1\nin group:mail, group:ops\n"));
}

TEST(AccessViews, LimitsStandBesideTheirGrant) {
  v1::Grant grant = Sign("uri:a");
  v1::GrantLimits& limits = *grant.mutable_limits();
  limits.set_valid_from_ms(1'767'225'600'000);
  limits.set_valid_until_ms(1'767'312'000'000);
  limits.add_networks("192.0.2.0/24");
  limits.add_algorithms(v1::ALGORITHM_ED25519_SHA256);
  limits.set_per_second(5);
  limits.set_per_day(1000);
  limits.set_headers_required(true);
  EXPECT_THAT(ShowGrants({grant}),
              HasSubstr("grant  begins 2026-01-01T00:00:00Z, until 2026-01-02T00:00:00Z, from "
                        "192.0.2.0/24, ed25519-sha256, 5 a second, 1000 a day, headers "
                        "only\n"));
}

TEST(AccessViews, ExplanationNamesWhatALimitKeepsOut) {
  v1::ExplainGrantResponse explanation;
  explanation.set_explanation("uri:a may not sign on e.com/default: the grant ended");
  v1::FailedGrant& failed = *explanation.add_failed();
  *failed.mutable_grant() = Sign("group:mail");
  failed.set_why("ended at 2026-01-01T00:00:00Z");
  EXPECT_EQ(ShowExplanation(explanation),
            "uri:a may not sign on e.com/default: the grant ended\n\n"
            "Grants that a limit keeps out:\n"
            "  group:mail on */* ended at 2026-01-01T00:00:00Z\n");
}

TEST(AccessViews, InEffectCountsDaemonsAndNamesTheOthers) {
  v1::InEffect in_effect;
  in_effect.add_daemons("a:1");
  EXPECT_EQ(ShowInEffect(in_effect), "in effect on 1 of 1 daemon\n");
  in_effect.add_daemons("b:1");
  in_effect.add_behind("c:1");
  EXPECT_EQ(ShowInEffect(in_effect), "in effect on 2 of 3 daemons; not yet on c:1\n");
}

TEST(AccessViews, CallersAreOneTable) {
  constexpr std::int64_t kNow = 1'767'225'600'000;
  v1::GetActivityResponse activity;
  activity.set_since_ms(kNow - 60'000);
  EXPECT_EQ(ShowActivity(activity, kNow), "");
  v1::IdentityActivity& stranger = *activity.add_identities();
  (*stranger.mutable_refused())["NO_IDENTITY"] = 2;
  v1::IdentityActivity& sender = *activity.add_identities();
  sender.set_identity("uri:a");
  sender.set_signatures(7);
  (*sender.mutable_refused())["QUOTA"] = 1;
  (*sender.mutable_refused())["NO_GRANT"] = 3;
  EXPECT_THAT(ShowActivity(activity, kNow), HasSubstr("(none)"));
  EXPECT_THAT(ShowActivity(activity, kNow), HasSubstr("3 NO_GRANT, 1 QUOTA"));
  EXPECT_THAT(ShowActivity(activity, kNow), Not(HasSubstr("(others)")));
  activity.mutable_others()->set_signatures(9);
  EXPECT_THAT(ShowActivity(activity, kNow), HasSubstr("(others)  9"));
}

TEST(ParseUtc, TakesWhatItPrintsAndADate) {
  EXPECT_EQ(ParseUtc("2026-01-01"), 1'767'225'600'000);
  EXPECT_EQ(ParseUtc("2026-01-01T00:00:01Z"), 1'767'225'601'000);
  EXPECT_EQ(UtcText(1'767'225'601'000), "2026-01-01T00:00:01Z");
  for (const char* bad :
       {"", "2026", "2026-02-30", "2026-1-1", "2026-01-01T00:00:00", "2026-01-01 ", "1969-12-31",
        "2026-01-01T00:00:00+02:00", "soon", "2026-01-01T24:00:00Z"}) {
    EXPECT_EQ(ParseUtc(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace dkimkeeper

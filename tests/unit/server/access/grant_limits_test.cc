#include "server/access/grant_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/access/access_rules.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::IdentityOf;
using sample::Minute;
using sample::ScopeOf;

Caller Mx(const char* address, Timestamp at) {
  return {IdentityOf("dns:mx.example.com"), IpAddress::Parse(address), at};
}

Grant SignGrant(const char* domain, const char* sender) {
  return {IdentityOf("dns:mx.example.com"), Verb::kSign, ScopeOf(domain, sender)};
}

GrantLimits Hour() { return {.valid_from = Minute(60), .valid_until = Minute(120)}; }
GrantLimits Net() { return {.networks = {IpNetwork::Parse("192.0.2.0/24").value()}}; }
GrantLimits Rsa() { return {.algorithms = {Algorithm::kRsaSha256}}; }

struct LimitRow {
  const char* name;
  GrantLimits limits;
  Caller caller;
  Algorithm algorithm;
  const char* why;  // nullptr: it holds
};

class LimitTest : public testing::TestWithParam<LimitRow> {};

TEST_P(LimitTest, HoldsOrIsNamed) {
  const LimitRow& row = GetParam();
  const auto why = FailedLimit(row.limits, row.caller, row.algorithm);
  EXPECT_EQ(why.value_or("holds"), row.why == nullptr ? "holds" : row.why);
  // The same where a call is decided.
  const Grant grant = SignGrant("example.com", "default");
  const AccessRules rules(std::set<Grant>{grant}, {},
                          std::map<Grant, GrantLimits>{{grant, row.limits}});
  const auto authorized = rules.Authorize(row.caller, Verb::kSign, grant.scope, row.algorithm);
  ASSERT_EQ(authorized.has_value(), row.why == nullptr);
  if (row.why == nullptr) return;
  EXPECT_EQ(authorized.error().reason, "NO_GRANT");
  EXPECT_THAT(authorized.error().message, testing::HasSubstr(row.why));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, LimitTest,
    testing::Values(
        LimitRow{"BeforeItsTime", Hour(), Mx("192.0.2.1", Minute(59)), Algorithm::kRsaSha256,
                 "begins at 2026-01-01T01:00:00Z"},
        LimitRow{"AtItsBeginning", Hour(), Mx("192.0.2.1", Minute(60)), Algorithm::kRsaSha256,
                 nullptr},
        LimitRow{"InItsLastMoment", Hour(),
                 Mx("192.0.2.1", Minute(120) - std::chrono::milliseconds(1)), Algorithm::kRsaSha256,
                 nullptr},
        LimitRow{"AtItsEnd", Hour(), Mx("192.0.2.1", Minute(120)), Algorithm::kRsaSha256,
                 "ended at 2026-01-01T02:00:00Z"},
        LimitRow{"TimeUnknown", Hour(), IdentityOf("dns:mx.example.com"), Algorithm::kRsaSha256,
                 "begins at 2026-01-01T01:00:00Z"},
        LimitRow{"InItsNetwork", Net(), Mx("192.0.2.200", Minute(0)), Algorithm::kRsaSha256,
                 nullptr},
        LimitRow{"ElsewhereInTheNet", Net(), Mx("198.51.100.1", Minute(0)), Algorithm::kRsaSha256,
                 "holds from 192.0.2.0/24 only, not from 198.51.100.1"},
        LimitRow{"AtASocket", Net(), Mx("", Minute(0)), Algorithm::kRsaSha256,
                 "holds from 192.0.2.0/24 only, not from a Unix socket"},
        LimitRow{"ItsAlgorithm", Rsa(), Mx("192.0.2.1", Minute(0)), Algorithm::kRsaSha256, nullptr},
        LimitRow{"OtherAlgorithm", Rsa(), Mx("192.0.2.1", Minute(0)), Algorithm::kEd25519Sha256,
                 "holds for rsa-sha256 only, not for ed25519-sha256"}),
    [](const auto& info) { return info.param.name; });

TEST(AccessRules, AnyGrantWhoseLimitsHoldIsEnough) {
  const Grant narrow = SignGrant("example.com", "default");
  const Grant wide = SignGrant("example.com", "*");
  const auto allowed = [&](const GrantLimits& of_wide) {
    const AccessRules rules(std::set<Grant>{narrow, wide}, {},
                            std::map<Grant, GrantLimits>{{narrow, Hour()}, {wide, of_wide}});
    return rules.Authorize(Mx("192.0.2.1", Minute(0)), Verb::kSign, narrow.scope).has_value();
  };
  EXPECT_TRUE(allowed(Net()));
  EXPECT_FALSE(allowed(Hour()));
}

TEST(AccessRules, GrantThatEndedShowsNothing) {
  const Grant grant = SignGrant("example.com", "default");
  const AccessRules rules(std::set<Grant>{grant}, {},
                          std::map<Grant, GrantLimits>{{grant, Hour()}});
  const Domain domain = *grant.scope.domain();
  for (const auto& [minute, may] : {std::pair(60, true), std::pair(120, false)}) {
    const Caller caller = Mx("192.0.2.1", Minute(minute));
    EXPECT_EQ(rules.MaySee(caller, grant.scope), may);
    EXPECT_EQ(rules.MaySeeDomain(caller, domain), may);
    EXPECT_EQ(rules.MayAnywhere(caller, Verb::kSign), may);
    EXPECT_EQ(rules.MaySomewhereIn(caller, Verb::kSign, domain).has_value(), may);
  }
  EXPECT_TRUE(rules.HasGrant(IdentityOf("dns:mx.example.com"), Verb::kSign, grant.scope));
  EXPECT_FALSE(rules.HasGrant(IdentityOf("dns:mx.example.com"), Verb::kRotate, grant.scope));
  EXPECT_TRUE(rules.HasLimits(IdentityOf("dns:mx.example.com")));
  EXPECT_FALSE(rules.HasLimits(IdentityOf("unix:exim")));
  EXPECT_TRUE(rules.ChangedBetween(Minute(119), Minute(120)));
  EXPECT_TRUE(rules.ChangedBetween(Minute(0), Minute(200)));
  EXPECT_FALSE(rules.ChangedBetween(Minute(60), Minute(119)));
  EXPECT_FALSE(rules.ChangedBetween(Minute(120), Minute(900)));
}

TEST(AccessRules, OneOfTheConfigurationHasNoLimits) {
  const Grant grant = SignGrant("example.com", "default");
  const AccessRules rules(std::set<Grant>{grant}, {grant},
                          std::map<Grant, GrantLimits>{{grant, Hour()}});
  EXPECT_TRUE(rules.Authorize(IdentityOf("dns:mx.example.com"), Verb::kSign, grant.scope));
}

TEST(AccessRules, ExplainSaysWhoDecidesAndWhatFails) {
  const Grant narrow = SignGrant("example.com", "default");
  const Grant wide = SignGrant("example.com", "*");
  const AccessRules rules(std::set<Grant>{narrow, wide}, {},
                          std::map<Grant, GrantLimits>{{narrow, Hour()}});
  const auto found = rules.Explain(Mx("192.0.2.1", Minute(0)), Verb::kSign, narrow.scope);
  ASSERT_TRUE(found.decides);
  EXPECT_EQ(found.decides->grant, wide);
  ASSERT_EQ(found.refused.size(), 1U);
  EXPECT_EQ(found.refused[0].grant.grant, narrow);
  EXPECT_EQ(found.refused[0].why, "begins at 2026-01-01T01:00:00Z");
  EXPECT_EQ(rules.Explain(Mx("192.0.2.1", Minute(60)), Verb::kSign, narrow.scope).decides->grant,
            narrow);
  EXPECT_FALSE(rules.Explain(Mx("192.0.2.1", Minute(0)), Verb::kRotate, narrow.scope).decides);
}

TEST(AccessRules, ADemandOfHeadersRefusesDigestsUnlessAnotherGrantTakesThem) {
  const Grant narrow = SignGrant("example.com", "default");
  const Grant wide = SignGrant("example.com", "*");
  const auto rules = [&](const std::set<Grant>& grants, const GrantLimits& of_wide) {
    return AccessRules(
        grants, {},
        std::map<Grant, GrantLimits>{{narrow, {.headers_required = true}}, {wide, of_wide}});
  };
  const auto answer = [&](const AccessRules& asked, SignedBy by) {
    const auto found =
        asked.Authorize(Mx("192.0.2.1", Minute(0)), Verb::kSign, narrow.scope, {}, by);
    return found ? std::string() : found.error().reason;
  };
  const AccessRules alone = rules({narrow}, {});
  EXPECT_EQ(answer(alone, SignedBy::kHeaders), "");
  EXPECT_EQ(answer(alone, SignedBy::kDigest), "HEADERS_REQUIRED");
  EXPECT_EQ(answer(rules({narrow, wide}, {}), SignedBy::kDigest), "");
  EXPECT_EQ(answer(rules({narrow, wide}, Hour()), SignedBy::kDigest), "HEADERS_REQUIRED");
  EXPECT_EQ(answer(rules({wide}, Hour()), SignedBy::kDigest), "NO_GRANT");
  const auto decides = [&](const GrantLimits& of_wide) {
    return rules({narrow, wide}, of_wide)
        .Explain(Mx("192.0.2.1", Minute(0)), Verb::kSign, narrow.scope)
        .decides->grant;
  };
  EXPECT_EQ(decides({}), wide);
  EXPECT_EQ(decides({.per_day = 1}), narrow);
}

TEST(CheckLimits, RefusesWhatCanNeverHold) {
  const auto reason = [](const Grant& grant, const GrantLimits& limits) {
    const auto checked = CheckLimits(grant, limits);
    return checked ? std::string() : checked.error().reason;
  };
  const Grant sign = SignGrant("example.com", "default");
  Grant rotate = sign;
  rotate.verb = Verb::kRotate;
  const Grant at_socket{IdentityOf("unix:exim"), Verb::kSign, sign.scope};
  EXPECT_EQ(reason(sign, {.algorithms = {Algorithm::kRsaSha256}, .per_second = 1}), "");
  EXPECT_EQ(reason(rotate, Net()), "");
  EXPECT_EQ(reason(rotate, Rsa()), "BAD_LIMIT");
  EXPECT_EQ(reason(rotate, {.per_day = 1}), "BAD_LIMIT");
  EXPECT_EQ(reason(rotate, {.headers_required = true}), "BAD_LIMIT");
  EXPECT_EQ(reason(at_socket, Net()), "BAD_LIMIT");
  EXPECT_EQ(reason(at_socket, Hour()), "");
  EXPECT_EQ(reason(sign, {.valid_from = Minute(2), .valid_until = Minute(2)}), "BAD_LIMIT");
}

}  // namespace
}  // namespace dkimkeeper

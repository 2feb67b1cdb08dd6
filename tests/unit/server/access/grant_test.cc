#include "server/access/grant.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/reason.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::IdentityOf;
using sample::ScopeOf;

TEST(Verb, NamesParseToThemselves) {
  for (const Verb verb : {Verb::kSign, Verb::kRotate, Verb::kAudit, Verb::kAdminister}) {
    EXPECT_EQ(ParseVerb(VerbName(verb)), verb);
  }
}

TEST(Verb, RefusesOtherWords) {
  for (const char* text : {"", "Sign", "sign ", "*", "admin"}) {
    const auto verb = ParseVerb(text);
    ASSERT_FALSE(verb) << text;
    EXPECT_EQ(verb.error().reason, reason::kBadVerb);
  }
}

struct ParseRow {
  const char* name;
  std::string_view domain;
  std::string_view sender;
  std::string_view scope;  // as ToString prints it; empty: refused
  std::string_view reason = {};
};

class ScopeParseTest : public testing::TestWithParam<ParseRow> {};

TEST_P(ScopeParseTest, IsThatScopeOrRefused) {
  const ParseRow& row = GetParam();
  const auto scope = Scope::Parse(row.domain, row.sender);
  if (row.reason.empty()) {
    ASSERT_TRUE(scope) << scope.error().message;
    EXPECT_EQ(scope->ToString(), row.scope);
    return;
  }
  ASSERT_FALSE(scope);
  EXPECT_EQ(scope.error().code, Code::kInvalidArgument);
  EXPECT_EQ(scope.error().reason, row.reason);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ScopeParseTest,
    testing::Values(ParseRow{"Everything", "*", "", "*"},
                    ParseRow{"EverythingTwice", "*", "*", "*"},
                    ParseRow{"AllOfADomain", "example.com", "*", "example.com/*"},
                    ParseRow{"DefaultSender", "example.com", "", "example.com/default"},
                    ParseRow{"NamedSender", "Example.COM.", "CRM", "example.com/crm"},
                    ParseRow{"GroupOfDomains", "group:payroll", "", "group:payroll/default"},
                    ParseRow{"AllOfAGroup", "group:payroll", "*", "group:payroll/*"},
                    ParseRow{"GroupWithoutName", "group:", "", "", reason::kBadGroup},
                    ParseRow{"GroupInCapitals", "group:Payroll", "", "", reason::kBadGroup},
                    ParseRow{"SenderOfEveryDomain", "*", "crm", "", reason::kBadScope},
                    ParseRow{"WildcardLabel", "*.example.com", "", "", reason::kBadDomain},
                    ParseRow{"NoDomain", "", "*", "", reason::kBadDomain},
                    ParseRow{"WildcardInSender", "example.com", "cr*", "", reason::kBadSender}),
    [](const auto& info) { return info.param.name; });

TEST(Grant, IsOneValueOfIdentityVerbAndScope) {
  const Identity mx = IdentityOf("dns:mx.example.com");
  const std::set<Grant> grants{
      {mx, Verb::kSign, ScopeOf("example.com", "")},
      {mx, Verb::kSign, ScopeOf("EXAMPLE.com", "default")},
      {mx, Verb::kSign, ScopeOf("example.com", "*")},
      {mx, Verb::kRotate, ScopeOf("example.com", "")},
      {IdentityOf("uri:mx.example.com"), Verb::kSign, ScopeOf("example.com", "")}};
  EXPECT_EQ(grants.size(), 4U);
}

}  // namespace
}  // namespace dkimkeeper

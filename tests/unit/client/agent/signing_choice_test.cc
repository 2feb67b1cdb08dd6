#include "client/agent/signing_choice.h"

#include <gtest/gtest.h>

#include "tests/unit/client/agent/support.h"

namespace dkimkeeper {
namespace {

const Algorithm kRsa = Algorithm::kRsaSha256;

std::string Chosen(const char* author, const std::vector<Domain>& parents,
                   const SigningKeys& keys) {
  const auto domain = SigningDomainOf(Dom(author), parents, keys);
  return domain ? domain->str() : "";
}

TEST(SigningChoiceTest, TheAuthorsOwnDomain) {
  const SigningKeys keys = ListOf({Key("example.com", "a"), Key("xn--bcher-kva.example", "b")});
  EXPECT_EQ(Chosen("example.com", {}, keys), "example.com");
  EXPECT_EQ(Chosen("bücher.example", {}, keys), "xn--bcher-kva.example");
  EXPECT_EQ(Chosen("example.org", {}, keys), "");
}

TEST(SigningChoiceTest, AParentOnlyWherePolicySaysSo) {
  const SigningKeys keys = ListOf({Key("example.com", "a"), Key("b.example.com", "b")});
  EXPECT_EQ(Chosen("x.example.com", {}, keys), "");
  EXPECT_EQ(Chosen("x.example.com", {Dom("example.com")}, keys), "example.com");
  EXPECT_EQ(Chosen("notexample.com", {Dom("example.com")}, keys), "");
  EXPECT_EQ(Chosen("x.example.com", {Dom("example.net")}, keys), "");
}

TEST(SigningChoiceTest, TheNearestParentThatCanSign) {
  const SigningKeys keys = ListOf({Key("example.com", "a"), Key("b.example.com", "b")});
  const std::vector<Domain> parents = {Dom("b.example.com"), Dom("example.com"),
                                       Dom("c.b.example.com")};
  EXPECT_EQ(Chosen("x.c.b.example.com", parents, keys), "b.example.com");
  EXPECT_EQ(Chosen("b.example.com", parents, keys), "b.example.com");
}

TEST(SigningChoiceTest, TheStrictestFailPolicyOfADomain) {
  const SigningKeys keys =
      ListOf({Key("a.test", "a", kRsa, "default", FailPolicy::kUnsigned),
              Key("b.test", "a", kRsa, "default", FailPolicy::kUnsigned), Key("b.test", "b")});
  EXPECT_EQ(FailPolicyOf(Dom("a.test"), keys), FailPolicy::kUnsigned);
  EXPECT_EQ(FailPolicyOf(Dom("b.test"), keys), FailPolicy::kTempfail);
  EXPECT_EQ(FailPolicyOf(Dom("c.test"), keys), FailPolicy::kTempfail) << "nobody said otherwise";
}

}  // namespace
}  // namespace dkimkeeper

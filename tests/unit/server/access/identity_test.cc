#include "server/access/identity.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using Names = std::vector<std::string>;

TEST(IdentityParse, TakesTheThreeKindsAsTheyAre) {
  for (const char* text : {"uri:spiffe://example.com/mx1", "dns:MX1.Example.COM", "unix:exim",
                           "uri:x", "dns:*.example.com"}) {
    const auto identity = Identity::Parse(text);
    ASSERT_TRUE(identity) << text;
    EXPECT_EQ(identity->str(), text);
  }
}

TEST(IdentityParse, RefusesEverythingElse) {
  using std::string_literals::operator""s;
  const std::vector<std::string> texts{"",
                                       "uri:",
                                       "mx1.example.com",
                                       "cn:mx1",
                                       "URI:x",
                                       " dns:a",
                                       "dns:a b",
                                       "dns:a\n",
                                       "dns:a\0b"s,
                                       "dns:bücher.example",
                                       "dns:\x7f",
                                       "email:a@b.example"};
  for (const std::string& text : texts) {
    const auto identity = Identity::Parse(text);
    ASSERT_FALSE(identity) << text;
    EXPECT_EQ(identity.error().code, Code::kInvalidArgument);
    EXPECT_EQ(identity.error().reason, reason::kBadIdentity);
  }
}

TEST(IdentityParse, TakesUpTo512Octets) {
  EXPECT_TRUE(Identity::Parse("uri:" + std::string(508, 'a')));
  EXPECT_FALSE(Identity::Parse("uri:" + std::string(509, 'a')));
}

struct NamesRow {
  const char* name;
  Names uris;
  Names dns_names;
  std::string identity;  // empty: refused
};

class FromNamesTest : public testing::TestWithParam<NamesRow> {};

TEST_P(FromNamesTest, IsThatIdentityOrNone) {
  const NamesRow& row = GetParam();
  const auto identity = Identity::FromNames(row.uris, row.dns_names);
  if (!row.identity.empty()) {
    ASSERT_TRUE(identity) << identity.error().message;
    EXPECT_EQ(identity->str(), row.identity);
    return;
  }
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().code, Code::kUnauthenticated);
  EXPECT_EQ(identity.error().reason, reason::kNoIdentity);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, FromNamesTest,
    testing::Values(
        NamesRow{"OneUri", {"spiffe://a/b"}, {}, "uri:spiffe://a/b"},
        NamesRow{"UriBeforeDns", {"spiffe://a/b"}, {"mx.example.com"}, "uri:spiffe://a/b"},
        NamesRow{"UriBeforeSeveralDns", {"u:1"}, {"a.example", "b.example"}, "uri:u:1"},
        NamesRow{"OneDns", {}, {"mx.example.com"}, "dns:mx.example.com"},
        NamesRow{"DnsKeepsItsCase", {}, {"MX.example.com"}, "dns:MX.example.com"},
        NamesRow{"None", {}, {}, ""}, NamesRow{"SeveralUris", {"u:1", "u:2"}, {}, ""},
        NamesRow{"SeveralUrisBesideOneDns", {"u:1", "u:2"}, {"mx.example.com"}, ""},
        NamesRow{"OneUriTwice", {"u:1", "u:1"}, {}, ""},
        NamesRow{"SeveralDns", {}, {"a.example", "b.example"}, ""},
        NamesRow{"Wildcard", {}, {"*.example.com"}, ""},
        NamesRow{"WildcardInside", {}, {"mx*.example.com"}, ""},
        NamesRow{"EmptyUri", {""}, {"mx.example.com"}, ""}, NamesRow{"EmptyDns", {}, {""}, ""},
        NamesRow{"DnsWithNul", {}, {std::string("mx.example.com\0.evil.example", 28)}, ""},
        NamesRow{"UriWithSpace", {"u:1 2"}, {}, ""}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dkimkeeper

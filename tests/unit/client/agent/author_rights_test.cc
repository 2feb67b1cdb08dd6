#include "client/agent/author_rights.h"

#include <gmock/gmock.h>

#include "tests/unit/client/agent/support.h"

namespace dkimkeeper {
namespace {

TEST(AuthorRightsTest, AnIdentityHasItsOwnDomain) {
  const AuthorRights rights;
  EXPECT_TRUE(rights.MayUse("joe@example.com", Dom("example.com")));
  EXPECT_TRUE(rights.MayUse("joe@EXAMPLE.com", Dom("example.com")));
  EXPECT_TRUE(rights.MayUse("joe@bücher.example", Dom("xn--bcher-kva.example")));
}

TEST(AuthorRightsTest, AndNoOther) {
  const AuthorRights rights;
  for (const char* identity :
       {"joe@example.org", "joe@sub.example.com", "joe@com", "joe", "", "example.com", "@",
        "joe@example.com@example.org", "joe@notexample.com"}) {
    EXPECT_FALSE(rights.MayUse(identity, Dom("example.com"))) << identity;
  }
  EXPECT_FALSE(rights.MayUse("joe@example.com", Dom("sub.example.com")));
}

TEST(AuthorRightsTest, TheMapSaysWhatInstead) {
  const auto rights = AuthorRights::Parse(
      "# customers\n\njoe@example.com example.org example.net\nrelay *\nnobody@example.com\n",
      "map");
  ASSERT_TRUE(rights) << rights.error().message;
  EXPECT_TRUE(rights->MayUse("joe@example.com", Dom("example.org")));
  EXPECT_TRUE(rights->MayUse("joe@example.com", Dom("example.net")));
  EXPECT_FALSE(rights->MayUse("joe@example.com", Dom("example.com"))) << "not in its line";
  EXPECT_TRUE(rights->MayUse("relay", Dom("any.example")));
  EXPECT_FALSE(rights->MayUse("nobody@example.com", Dom("example.com")));
  EXPECT_TRUE(rights->MayUse("sue@example.com", Dom("example.com"))) << "has no line";
}

TEST(AuthorRightsTest, IdentitiesMatchExactly) {
  const auto rights = AuthorRights::Parse("joe *\n", "map");
  ASSERT_TRUE(rights);
  EXPECT_FALSE(rights->MayUse("Joe", Dom("example.com")));
  EXPECT_FALSE(rights->MayUse("joe2", Dom("example.com")));
}

TEST(AuthorRightsTest, AllProblemsOfAMapAreSaid) {
  const auto rights =
      AuthorRights::Parse("joe exa mple.com\nsue example.com\nsue b.example\n", "map");
  ASSERT_FALSE(rights);
  EXPECT_EQ(rights.error().reason, "BAD_CONFIG");
  EXPECT_THAT(rights.error().message, testing::HasSubstr("map:1: "));
  EXPECT_THAT(rights.error().message, testing::HasSubstr("map:3: an identity has a second line"));
}

}  // namespace
}  // namespace dkimkeeper

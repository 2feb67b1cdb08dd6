#include "client/reference/local_access.h"

#include <gtest/gtest.h>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

const Domain kExample = *Domain::Parse("example.com");
const Domain kOther = *Domain::Parse("example.net");
const Sender kDefault = Sender::Default();
const Sender kNews = *Sender::Parse("news");
constexpr auto kRsa = Algorithm::kRsaSha256;
constexpr auto kEd25519 = Algorithm::kEd25519Sha256;

Peer User(uid_t uid) { return {.pid = 7, .uid = uid, .gid = 500, .groups = {600}}; }

TEST(LocalAccess, AllowsNothingByDefault) {
  const LocalAccess access;
  EXPECT_EQ(access.CheckDomain(User(0), kExample).error().reason, reason::kNoGrant);
  EXPECT_EQ(access.CheckKey(User(0), kExample, kDefault, kRsa).error().reason, reason::kNoGrant);
}

TEST(LocalAccess, AllowsWhatARuleNames) {
  const LocalAccess access(
      {{.who = UserId{100}, .domain = kExample, .sender = kNews, .algorithm = kRsa}});
  EXPECT_TRUE(access.CheckDomain(User(100), kExample));
  EXPECT_TRUE(access.CheckKey(User(100), kExample, kNews, kRsa));
  EXPECT_FALSE(access.CheckDomain(User(100), kOther));
  EXPECT_FALSE(access.CheckDomain(User(100), *Domain::Parse("sub.example.com")));
  EXPECT_FALSE(access.CheckDomain(User(101), kExample));
  EXPECT_FALSE(access.CheckKey(User(101), kExample, kNews, kRsa));
  EXPECT_FALSE(access.CheckKey(User(100), kOther, kNews, kRsa));
  EXPECT_FALSE(access.CheckKey(User(100), kExample, kDefault, kRsa));
  EXPECT_FALSE(access.CheckKey(User(100), kExample, kNews, kEd25519));
}

TEST(LocalAccess, TakesAPartLeftOutForAll) {
  const LocalAccess access({{.who = UserId{100}}});
  EXPECT_TRUE(access.CheckKey(User(100), kOther, kNews, kEd25519));
  EXPECT_FALSE(access.CheckKey(User(101), kOther, kNews, kEd25519));
}

TEST(LocalAccess, KnowsEveryGroupOfAUser) {
  const LocalAccess own({{.who = GroupId{500}, .domain = kExample}});
  const LocalAccess supplementary({{.who = GroupId{600}, .domain = kExample}});
  const LocalAccess user_of_that_number({{.who = UserId{600}, .domain = kExample}});
  const LocalAccess group_of_that_number({{.who = GroupId{100}, .domain = kExample}});
  EXPECT_TRUE(own.CheckDomain(User(100), kExample));
  EXPECT_TRUE(supplementary.CheckDomain(User(100), kExample));
  EXPECT_FALSE(user_of_that_number.CheckDomain(User(100), kExample));
  EXPECT_FALSE(group_of_that_number.CheckDomain(User(100), kExample));
}

// Two rules do not make a third one together.
TEST(LocalAccess, DoesNotMixRules) {
  const LocalAccess access({{.who = UserId{100}, .domain = kExample, .sender = kNews},
                            {.who = UserId{100}, .domain = kOther, .sender = kDefault}});
  EXPECT_TRUE(access.CheckKey(User(100), kExample, kNews, kRsa));
  EXPECT_FALSE(access.CheckKey(User(100), kExample, kDefault, kRsa));
  EXPECT_FALSE(access.CheckKey(User(100), kOther, kNews, kRsa));
}

}  // namespace
}  // namespace dkimkeeper

#include "client/cli/author_domain.h"

#include <gtest/gtest.h>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

TEST(AuthorDomain, IsThatOfTheFromField) {
  EXPECT_EQ(AuthorDomain("To: x@other.org\r\nFrom: Joe <joe@example.com>\r\n\r\n").value().str(),
            "example.com");
  EXPECT_EQ(AuthorDomain("FROM : joe@example.com\r\n").value().str(), "example.com");
}

TEST(AuthorDomain, AFoldedFieldIsOneField) {
  EXPECT_EQ(AuthorDomain("From: Joe\r\n\t<joe@example.com>\r\nTo: x\r\n").value().str(),
            "example.com");
  EXPECT_EQ(
      AuthorDomain("Subject: a\r\n From: evil@other.org\r\nFrom: joe@example.com").value().str(),
      "example.com");
}

TEST(AuthorDomain, TheBodyIsNotLookedAt) {
  const auto domain = AuthorDomain("To: x@example.com\r\n\r\nFrom: joe@example.com\r\n");
  ASSERT_FALSE(domain);
  EXPECT_EQ(domain.error().reason, reason::kBadMessage);
}

TEST(AuthorDomain, NeitherNoneNorSeveralWillDo) {
  EXPECT_EQ(AuthorDomain("").error().reason, reason::kBadMessage);
  EXPECT_EQ(AuthorDomain("\r\nFrom: a@example.com\r\n").error().reason, reason::kBadMessage);
  EXPECT_EQ(AuthorDomain("From: a@example.com\r\nfrom: b@example.com\r\n").error().reason,
            reason::kBadMessage);
  EXPECT_EQ(AuthorDomain("From: a@example.com, b@example.org\r\n").error().reason,
            reason::kBadMailbox);
}

}  // namespace
}  // namespace dkimkeeper

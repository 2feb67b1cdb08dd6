#include "client/agent/opendkim_tables.h"

#include <gmock/gmock.h>

#include "tests/unit/client/agent/support.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(OpenDkimTables, NameTheKeyToSignWithOfEverySender) {
  SigningKey old = Key("a.example", "old");
  old.signs_until_ms = 5;
  const SigningKeys keys =
      ListOf({old, Key("a.example", "new"), Key("a.example", "ed", Algorithm::kEd25519Sha256),
              Key("a.example", "n1", Algorithm::kRsaSha256, "news"), Key("b.example", "b1")});
  const OpenDkimTables tables = TablesFor(
      keys, Algorithm::kRsaSha256,
      {{"joe@a.example", Dom("a.example"), SenderNamed("news")}, {"*@c.example", Dom("c.example")}},
      "/refs");
  EXPECT_THAT(tables.key_table,
              HasSubstr("\na.example a.example:new:/refs/new._domainkey.a.example.dkimkeeper.pem\n"
                        "a.example/news a.example:n1:/refs/n1._domainkey.a.example.dkimkeeper.pem\n"
                        "b.example b.example:b1:/refs/b1._domainkey.b.example.dkimkeeper.pem\n"));
  EXPECT_THAT(tables.key_table, Not(HasSubstr("old")));
  EXPECT_THAT(tables.signing_table,
              HasSubstr("\njoe@a.example a.example/news\n*@a.example a.example\n"
                        "*@b.example b.example\n"));
  EXPECT_THAT(tables.signing_table, Not(HasSubstr("c.example")));
  EXPECT_EQ(tables.named.size(), 3U);
}

TEST(OpenDkimTables, AreOfOneAlgorithm) {
  const OpenDkimTables tables =
      TablesFor(ListOf({Key("a.example", "s"), Key("a.example", "e", Algorithm::kEd25519Sha256),
                        Key("b.example", "t")}),
                Algorithm::kEd25519Sha256, {}, "/refs");
  EXPECT_THAT(tables.signing_table, HasSubstr("*@a.example a.example\n"));
  EXPECT_THAT(tables.signing_table, Not(HasSubstr("b.example")));
  ASSERT_EQ(tables.named.size(), 1U);
  EXPECT_EQ(tables.named[0].selector.str(), "e");
}

}  // namespace
}  // namespace dkimkeeper

#include "client/opendkim/signing_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using Kind = AuthorPattern::Kind;

SigningTable Read(DataSetKind kind, std::string_view text) {
  return ReadSigningTable(kind, ReadDataSet(kind, text));
}

std::string Name(const AuthorPattern& authors) {
  const std::string domain = authors.domain ? authors.domain->str() : "";
  switch (authors.kind) {
    case Kind::kAddress:
      return authors.local_part + "@" + domain;
    case Kind::kDomain:
      return domain;
    case Kind::kBelow:
      return "below " + domain;
    case Kind::kEverybody:
      return "everybody";
  }
  return "";
}

struct Case {
  const char* name;
  DataSetKind kind;
  const char* pattern;
  const char* authors;  // null: not understood
};

void PrintTo(const Case& tested, std::ostream* out) { *out << tested.name; }

class Patterns : public testing::TestWithParam<Case> {};

TEST_P(Patterns, MeanAuthors) {
  const SigningTable table = Read(GetParam().kind, std::string(GetParam().pattern) + " key");
  if (GetParam().authors == nullptr) {
    EXPECT_TRUE(table.entries.empty());
    ASSERT_EQ(table.problems.size(), 1U);
    EXPECT_EQ(table.problems[0].entry, GetParam().pattern);
    return;
  }
  ASSERT_EQ(table.entries.size(), 1U) << table.problems[0].what;
  EXPECT_EQ(Name(table.entries[0].authors), GetParam().authors);
  EXPECT_EQ(table.entries[0].key_name, "key");
}

constexpr auto kRe = DataSetKind::kPatterns;
constexpr auto kFile = DataSetKind::kFile;
INSTANTIATE_TEST_SUITE_P(
    Table, Patterns,
    testing::Values(Case{"ReDomain", kRe, "*@Example.com", "example.com"},
                    Case{"ReAddress", kRe, "Joe@example.com", "joe@example.com"},
                    Case{"ReBelow", kRe, "*@*.example.com", "below example.com"},
                    Case{"ReEverybody", kRe, "*", "everybody"},
                    Case{"ReEverybodyAt", kRe, "*@*", "everybody"},
                    Case{"ReBareDomain", kRe, "example.com", nullptr},
                    Case{"ReEndsWith", kRe, "*example.com", nullptr},
                    Case{"RePartOfName", kRe, "news-*@example.com", nullptr},
                    Case{"ReAnywhere", kRe, "joe@*", nullptr},
                    Case{"ReNoName", kRe, "*@exa_mple.com", nullptr},
                    Case{"FileDomain", kFile, "example.com", "example.com"},
                    Case{"FileAddress", kFile, "joe@example.com", "joe@example.com"},
                    Case{"FileBelow", kFile, ".example.com", "below example.com"},
                    Case{"FileEverybody", kFile, "*", "everybody"},
                    Case{"FileAnywhere", kFile, "joe@*", nullptr},
                    Case{"FileAddressBelow", kFile, "joe@.example.com", nullptr},
                    Case{"FilePattern", kFile, "*@example.com", nullptr}),
    [](const auto& case_info) { return case_info.param.name; });

TEST(SigningTable, ValuesNameKeyAndSigner) {
  const SigningTable table = Read(kRe, "*@a.example key:joe@%\n*@b.example\n*@c.example :x\n");
  ASSERT_EQ(table.entries.size(), 1U);
  EXPECT_EQ(table.entries[0].key_name, "key");
  EXPECT_EQ(table.entries[0].signer, "joe@%");
  ASSERT_EQ(table.problems.size(), 2U);
  EXPECT_EQ(table.problems[1].line, 3U);
  EXPECT_THAT(table.problems[1].what, HasSubstr("names no key"));
}

std::string Order(const SigningTable& table) {
  std::string order;
  for (const SigningTableEntry& each : table.entries) order += std::to_string(each.line);
  return order;
}

TEST(SigningTable, StandsInTheOrderOfTheLook) {
  const std::string text = "* k\n.b.example k\n.a.b.example k\nc.example k\njoe@c.example k\n";
  EXPECT_EQ(Order(Read(kFile, text)), "54321");
  EXPECT_EQ(Order(Read(kRe, "* k\n*@a.example k\njoe@a.example k\n")), "123");
}

TEST(SigningTable, PatternsCoverOthers) {
  const AuthorPattern everybody;
  const auto of = [](Kind kind, const char* domain) {
    return AuthorPattern{kind, kind == Kind::kAddress ? "joe" : "", *Domain::Parse(domain)};
  };
  const AuthorPattern joe = of(Kind::kAddress, "a.example.com");
  const AuthorPattern domain = of(Kind::kDomain, "a.example.com");
  const AuthorPattern below = of(Kind::kBelow, "example.com");
  for (const AuthorPattern& each : {joe, domain, below}) {
    EXPECT_TRUE(each.Covers(each));
    EXPECT_TRUE(everybody.Covers(each));
    EXPECT_FALSE(each.Covers(everybody));
  }
  EXPECT_TRUE(domain.Covers(joe));
  EXPECT_TRUE(below.Covers(joe));
  EXPECT_TRUE(below.Covers(domain));
  EXPECT_TRUE(below.Covers(of(Kind::kBelow, "a.example.com")));
  EXPECT_FALSE(joe.Covers(domain));
  EXPECT_FALSE(domain.Covers(below));
  EXPECT_FALSE(below.Covers(of(Kind::kDomain, "example.com")));
  EXPECT_FALSE(domain.Covers(of(Kind::kDomain, "b.example.com")));
}

TEST(SigningTable, AStarThatAFileNeverMatchesTellsTheKind) {
  const auto kind = [](std::string_view text) { return LikelyKind(ReadDataSet(kFile, text)); };
  EXPECT_EQ(kind("example.com k\n* k\njoe@* k\n"), kFile);
  EXPECT_EQ(kind("*@example.com k\n"), kRe);
  EXPECT_EQ(kind("joe*@* k\n"), kRe);
}

}  // namespace
}  // namespace dkimkeeper

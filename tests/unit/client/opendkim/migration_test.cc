#include "client/opendkim/migration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

Migration Of(std::string_view keys, std::string_view signing) {
  const auto kind = DataSetKind::kPatterns;
  return Migrate(ReadKeyTable(ReadDataSet(DataSetKind::kFile, keys)),
                 ReadSigningTable(kind, ReadDataSet(kind, signing)));
}

std::string Lines(const Migration& migration) {
  std::string text;
  for (const MigratedLine& line : migration.lines) {
    text += line.domain.str() + "/" + line.sender.str() + "=" + line.old_selector.str() + " ";
  }
  return text;
}

std::string Rules(const Migration& migration) {
  std::string text;
  for (const MigratedRule& rule : migration.rules) {
    text += rule.address + "@" + rule.author_domain.str() + "=" + rule.sender.str() + " ";
  }
  return text;
}

const Finding& Said(const Migration& migration, unsigned line) {
  for (const Finding& each : migration.findings) {
    if (each.of_signing_table && each.line == line) return each;
  }
  static const Finding kNothing{.entry = "nothing is said of it", .what = ""};
  return kNothing;
}

TEST(Migration, TheKeyOfAWholeDomainIsTheDefault) {
  const Migration made = Of("k1 a.example:s1:/k1\nk2 a.example:s2:/k2\nk3 b.example:s3:/k3\n",
                            "news@a.example k2\n*@a.example k1\n*@b.example k3\n");
  EXPECT_EQ(Lines(made), "a.example/default=s1 b.example/default=s3 a.example/news=s2 ");
  EXPECT_EQ(Rules(made), "news@a.example@a.example=news ");
  EXPECT_EQ(Said(made, 2).understood, Understood::kWhole);
  EXPECT_EQ(Said(made, 1).understood, Understood::kInPart);
  EXPECT_THAT(Said(made, 1).what, HasSubstr("a.example/news"));
}

TEST(Migration, AnAddressWithTheKeyOfItsDomainNeedsNoRule) {
  const Migration made = Of("k a.example:s:/k\n", "joe@a.example k\n*@a.example k\n");
  EXPECT_EQ(Rules(made), "");
  EXPECT_EQ(Said(made, 1).understood, Understood::kWhole);
  const Migration alone = Of("k a.example:s:/k\n", "joe@a.example k\n");
  EXPECT_EQ(Lines(alone), "a.example/default=s ");
  EXPECT_THAT(Said(alone, 1).what, HasSubstr("the agent for the whole domain"));
}

TEST(Migration, DomainsBelowAreSignedByTheirParent) {
  const Migration made = Of("k1 a.example:s1:/k\nk2 a.example:s2:/k2\n",
                            "*@shop.a.example k2\n*@a.example k1\n*@*.a.example k1\n");
  EXPECT_EQ(Lines(made), "a.example/default=s1 a.example/shop=s2 ");
  ASSERT_EQ(made.parents.size(), 1U);
  EXPECT_EQ(Rules(made), "@shop.a.example=shop ");
  EXPECT_EQ(Said(made, 3).understood, Understood::kWhole);
}

TEST(Migration, PercentIsTheAuthorsDomain) {
  const Migration made = Of("all %:s1:/keys/%/s1\nb.example b.example:s2:/b\n",
                            "*@a.example all\n*@c.example all\n*@b.example %\n");
  EXPECT_EQ(Lines(made), "a.example/default=s1 b.example/default=s2 c.example/default=s1 ");
  EXPECT_EQ(made.lines[0].old_key_file, "/keys/a.example/s1");
}

TEST(Migration, EverybodyWithPercentIsEachKeyThatIsNamedForADomain) {
  const Migration made =
      Of("a.example a.example:s1:/a\nb.example b.example:s2:/b\nother c.example:s:/c\n", "*@* %\n");
  EXPECT_EQ(Lines(made), "a.example/default=s1 b.example/default=s2 ");
}

struct Row {
  const char* name;
  const char* keys;
  const char* signing;  // the last line is not understood
  const char* what;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class NotUnderstood : public testing::TestWithParam<Row> {};

TEST_P(NotUnderstood, SaysWhatToDo) {
  const std::string text = GetParam().signing;
  const Migration made = Of(GetParam().keys, text);
  const Finding& said = Said(made, static_cast<unsigned>(std::ranges::count(text, '\n')));
  EXPECT_EQ(said.understood, Understood::kNot);
  EXPECT_THAT(said.what, HasSubstr(GetParam().what));
}

constexpr const char* kKey = "k a.example:s:/k\n";
INSTANTIATE_TEST_SUITE_P(
    Table, NotUnderstood,
    testing::Values(
        Row{"Hidden", kKey, "*@a.example k\njoe@a.example k\n", "line 1 matches first"},
        Row{"SecondSignature", kKey, "*@a.example k\n*@a.example k2\n", "MultipleSignatures"},
        Row{"NoKey", kKey, "*@a.example k3\n", "has no key k3"},
        Row{"Everybody", kKey, "* k\n", "second_domain"},
        Row{"ForeignDomain", kKey, "*@b.example k\n", "give b.example a key of its own"},
        Row{"EverybodyByName", "k %:s:/k\n", "* k\n", "write a line for each domain"},
        Row{"NoKeyNamedForADomain", kKey, "* %\n", "named for a domain"}),
    [](const auto& row) { return row.param.name; });

TEST(Migration, EveryLineIsToldOf) {
  const Migration made =
      Of("k a.example:s:/k\nunused b.example:s:/k\nbad\n", "*@a.example k:joe@%\nx\n");
  std::string told;
  for (const Finding& each : made.findings) {
    told += (each.of_signing_table ? "S" : "K") + std::to_string(each.line);
  }
  EXPECT_EQ(told, "K1K2K3S1S2");
  EXPECT_THAT(Said(made, 1).what, HasSubstr("no i="));
}

TEST(Migration, MakesADocument) {
  const Migration made =
      Of("k1 a.example:s1:/k1\nk2 a.example:s_2:/k2\n", "news@a.example k2\n*@a.example k1\n");
  const Document document = DocumentOf(made, {});
  ASSERT_EQ(document.domains.size(), 1U);
  EXPECT_EQ(document.domains[0].name, "a.example");
  EXPECT_FALSE(document.domains[0].allow_underscore);
  EXPECT_EQ(document.domains[0].policy.at("handover_window"), "48h");
  ASSERT_EQ(document.domains[0].senders.size(), 1U);
  EXPECT_EQ(document.domains[0].senders[0].name, "news");
  EXPECT_TRUE(DocumentOf(made, made.lines).domains[0].allow_underscore);
}

TEST(Migration, WritesRulesOfTheAgent) {
  const std::string rules =
      AgentRules(Of("k1 a.example:s1:/k1\nk2 a.example:s2:/k2\n",
                    "\"new\\s\"@a.example k2\n*@*.a.example k1\n*@a.example k1\n"));
  EXPECT_THAT(rules, HasSubstr("[author]\nparents = [\"a.example\"]\n"));
  EXPECT_THAT(rules, HasSubstr("[[sender]]\nsender = \"new-s\"\ndomain = \"a.example\"\n"
                               "authenticated = \"\\\"new\\\\s\\\"@a.example\"\n"));
}

}  // namespace
}  // namespace dkimkeeper

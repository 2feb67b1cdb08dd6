#include "proto/dkim/tag_list.h"

#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

struct Accepted {
  const char* name;
  std::string text;
  std::vector<Tag> tags;
};

TEST(TagListTest, ReadsTheGrammarOfRfc6376) {
  const Accepted rows[] = {
      {"one", "a=b", {{"a", "b"}}},
      {"order is kept", "b=1; a=2", {{"b", "1"}, {"a", "2"}}},
      {"trailing semicolon", "a=b;", {{"a", "b"}}},
      {"trailing semicolon and space", "a=b; ", {{"a", "b"}}},
      {"trailing semicolon and fold", "a=b;\r\n ", {{"a", "b"}}},
      {"empty value", "p=", {{"p", ""}}},
      {"empty value before another", "p=; q=1", {{"p", ""}, {"q", "1"}}},
      {"spaces around everything", "  a  =  b  ;  c = d ", {{"a", "b"}, {"c", "d"}}},
      {"equals sign in a value", "b=QQ==", {{"b", "QQ=="}}},
      {"folds between", "a=1;\r\n\tb=2", {{"a", "1"}, {"b", "2"}}},
      {"fold inside a value is kept", "b=QU\r\n\tJD", {{"b", "QU\r\n\tJD"}}},
      {"fold as a mail filter gets it", "a=1;\n b=2", {{"a", "1"}, {"b", "2"}}},
      {"names differ by letter case", "a=1; A=2", {{"a", "1"}, {"A", "2"}}},
      {"underscore and digit in a name", "x_1=y", {{"x_1", "y"}}},
      {"UTF-8 value (RFC 8616)", "i=J\xC3\xB6@a.example", {{"i", "J\xC3\xB6@a.example"}}},
  };
  for (const Accepted& row : rows) {
    SCOPED_TRACE(row.name);
    const auto list = TagList::Parse(row.text);
    ASSERT_THAT(list, IsOk());
    EXPECT_EQ(list->tags(), row.tags);
  }
}

TEST(TagListTest, RefusesEverythingElse) {
  const std::pair<const char*, std::string> rows[] = {
      {"nothing", ""},
      {"white space", "  "},
      {"a semicolon", ";"},
      {"empty entry", "a=1;;b=2"},
      {"two trailing semicolons", "a=1;;"},
      {"no equals sign", "a"},
      {"no name", "=b"},
      {"digit first in a name", "1a=b"},
      {"hyphen in a name", "a-b=c"},
      {"space in a name", "a b=c"},
      {"duplicate", "a=1; b=2; a=1"},
      {"control character", "a=\x01"},
      {"DEL", "a=\x7F"},
      {"NUL", std::string("a=b\0", 4)},
      {"bad UTF-8", "a=\xFC"},
      {"bare CR", "a=b\rc"},
      {"line end without white space after", "a=1;\r\nb=2"},
      {"line end at the end", "a=1\r\n"},
      {"two line ends", "a=1;\r\n\r\n b=2"},
  };
  for (const auto& [name, text] : rows) {
    SCOPED_TRACE(name);
    EXPECT_THAT(TagList::Parse(text), IsRefused(reason::kBadTagList));
  }
}

TEST(TagListTest, FindsByExactName) {
  const auto list = TagList::Parse("b=1; bh=2; p=");
  ASSERT_THAT(list, IsOk());
  EXPECT_EQ(list->Find("b"), "1");
  EXPECT_EQ(list->Find("bh"), "2");
  EXPECT_EQ(list->Find("p"), "");
  EXPECT_EQ(list->Find("B"), std::nullopt);
  EXPECT_EQ(list->Find("h"), std::nullopt);
}

TEST(TagListTest, PrintsOnOneLine) {
  EXPECT_EQ(TagList::Parse(" a=1 ;\r\n b=2; p= ;")->ToString(), "a=1; b=2; p=");
}

TEST(TagListTest, ErrorsNameTheTagAndNotItsValue) {
  EXPECT_THAT(TagList::Parse("k=secret\x01").error().message,
              testing::AllOf(testing::HasSubstr("k="), testing::Not(testing::HasSubstr("secret"))));
}

}  // namespace
}  // namespace dkimkeeper

#include "proto/dkim/selector.h"

#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

Domain ExampleDomain() { return Domain::Parse("example.com").value(); }

TEST(SelectorTest, TakesLabelsJoinedByDotsInLowerCase) {
  const std::pair<const char*, const char*> rows[] = {
      {"a", "a"}, {"2026", "2026"}, {"Q1.News-Letter", "q1.news-letter"}, {"xn--a", "xn--a"}};
  for (const auto& [text, expected] : rows) {
    SCOPED_TRACE(text);
    const auto selector = Selector::Parse(text);
    ASSERT_THAT(selector, IsOk());
    EXPECT_EQ(selector->str(), expected);
  }
}

TEST(SelectorTest, NamesTheOffendingCharacterOrLength) {
  const std::pair<std::string, std::string> rows[] = {
      {"", "empty"},
      {".", "is empty"},
      {"a.", "is empty"},
      {".a", "is empty"},
      {"a..b", "is empty"},
      {"-a", "begins with a hyphen"},
      {"a.b-", "ends with a hyphen"},
      {"a b", "octet 0x20"},
      {"a\n", "octet 0x0a"},
      {"a/b", "'/'"},
      {"a;b", "';'"},
      {"a*", "'*'"},
      {"s\xC3\xA9l", "octet 0xc3"},
      {std::string("a\0b", 3), "octet 0x00"},
      {std::string(64, 'a'), "64 octets"},
  };
  for (const auto& [text, fault] : rows) {
    SCOPED_TRACE(text);
    const auto selector = Selector::Parse(text, Underscore::kAllowed);
    ASSERT_THAT(selector, IsRefused(reason::kBadSelector));
    EXPECT_THAT(selector.error().message, testing::HasSubstr(fault));
  }
}

TEST(SelectorTest, RefusesMoreThan253Octets) {
  std::string text = "a";
  while (text.size() < 253) text += ".a";
  EXPECT_THAT(Selector::Parse(text), IsOk());
  EXPECT_THAT(Selector::Parse(text + ".a"), IsRefused(reason::kBadSelector));
}

TEST(SelectorTest, TakesAnUnderscoreOnlyWhereTheDomainAllowsIt) {
  EXPECT_THAT(Selector::Parse("my_key"), IsRefused(reason::kBadSelector));
  const auto selector = Selector::Parse("my_key", Underscore::kAllowed);
  ASSERT_THAT(selector, IsOk());
  EXPECT_EQ(selector->str(), "my_key");
  EXPECT_TRUE(selector->HasUnderscore());
  EXPECT_FALSE(Selector::Parse("mykey", Underscore::kAllowed)->HasUnderscore());
}

TEST(KeyRecordNameTest, IsSelectorThenDomainkeyThenDomain) {
  EXPECT_EQ(KeyRecordName(*Selector::Parse("q1.News"), ExampleDomain()),
            "q1.news._domainkey.example.com");
}

TEST(KeyRecordNameTest, RefusesANameThatDnsCannotHold) {
  // The rest, "._domainkey.example.com", is 23 octets.
  const std::string label(63, 'a');
  const std::string prefix = label + "." + label + "." + label + ".";
  const auto fits = Selector::Parse(prefix + std::string(253 - 23 - prefix.size(), 'a'));
  const auto too_long = Selector::Parse(fits->str() + "a");
  ASSERT_THAT(fits, IsOk());
  ASSERT_THAT(too_long, IsOk());
  EXPECT_EQ(KeyRecordName(*fits, ExampleDomain())->size(), 253U);
  EXPECT_THAT(KeyRecordName(*too_long, ExampleDomain()), IsRefused(reason::kBadSelector));
}

}  // namespace
}  // namespace dkimkeeper

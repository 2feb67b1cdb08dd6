#include "proto/dkim/label.h"

#include <gmock/gmock.h>

namespace dkimkeeper {
namespace {

TEST(LabelTest, TakesLettersDigitsAndInnerHyphens) {
  for (const std::string& label : {std::string("a"), std::string("0"), std::string("A-9"),
                                   std::string("a--b"), std::string(63, 'x')}) {
    SCOPED_TRACE(label);
    EXPECT_EQ(LabelFault(label), std::nullopt);
  }
}

TEST(LabelTest, NamesTheFault) {
  const std::pair<std::string, std::string> rows[] = {
      {"", "is empty"},
      {"-a", "begins with a hyphen"},
      {"a-", "ends with a hyphen"},
      {"-", "begins with a hyphen"},
      {"a b", "contains octet 0x20"},
      {"a_b", "contains '_'"},
      {"a.b", "contains '.'"},
      {std::string(64, 'x'), "is 64 octets long, the limit is 63"},
  };
  for (const auto& [label, fault] : rows) {
    SCOPED_TRACE(label);
    EXPECT_EQ(LabelFault(label), fault);
  }
}

TEST(LabelTest, TakesAnUnderscoreOnlyWhereAllowed) {
  EXPECT_EQ(LabelFault("_a_", Underscore::kAllowed), std::nullopt);
  EXPECT_NE(LabelFault("_a_", Underscore::kRefused), std::nullopt);
}

TEST(LabelTest, SplitKeepsEmptyParts) {
  EXPECT_THAT(Split(".a..b.", '.'), testing::ElementsAre("", "a", "", "b", ""));
  EXPECT_THAT(Split("", '.'), testing::ElementsAre(""));
}

}  // namespace
}  // namespace dkimkeeper

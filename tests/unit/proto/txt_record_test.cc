#include "proto/dkim/txt_record.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace dkimkeeper {
namespace {

using testing::ElementsAre;

TEST(TxtRecordTest, NoStringIsLongerThan255Octets) {
  const std::pair<std::size_t, std::vector<std::size_t>> rows[] = {
      {0, {}},         {1, {1}},          {254, {254}},         {255, {255}},
      {256, {255, 1}}, {510, {255, 255}}, {511, {255, 255, 1}}, {736, {255, 255, 226}},
  };
  for (const auto& [size, expected] : rows) {
    SCOPED_TRACE(size);
    std::vector<std::size_t> sizes;
    for (const auto& part : SplitCharacterStrings(std::string(size, 'x'))) {
      sizes.push_back(part.size());
    }
    EXPECT_EQ(sizes, expected);
  }
}

TEST(TxtRecordTest, StringsJoinWithNothingBetween) {
  std::string value;
  for (int i = 0; value.size() < 700; ++i) value += std::to_string(i);
  std::string joined;
  for (const auto& part : SplitCharacterStrings(value)) joined += part;
  EXPECT_EQ(joined, value);
}

TEST(ZoneFileTest, OneStringNeedsNoParentheses) {
  EXPECT_EQ(RenderZoneFileLine("s._domainkey.example.com", 300, "v=DKIM1; p="),
            "s._domainkey.example.com. 300 IN TXT \"v=DKIM1; p=\"");
}

TEST(ZoneFileTest, SeveralStringsAreInParentheses) {
  EXPECT_EQ(RenderZoneFileLine("a.example", 0, std::string(255, 'x') + "yz"),
            "a.example. 0 IN TXT ( \"" + std::string(255, 'x') + "\" \"yz\" )");
}

TEST(ZoneFileTest, AnEmptyValueIsAnEmptyString) {
  EXPECT_EQ(RenderZoneFileLine("a.example", 60, ""), "a.example. 60 IN TXT \"\"");
}

TEST(ZoneFileTest, EscapesQuotesBackslashesAndWhatIsNotPrintable) {
  EXPECT_EQ(RenderZoneFileLine("a.example", 1, std::string("\"\\\n\0\x7F\xC3;~ ", 9)),
            R"(a.example. 1 IN TXT "\"\\\010\000\127\195;~ ")");
}

// The limit is on the octets of the string, not on the characters that write it.
TEST(ZoneFileTest, EscapesDoNotCountAgainstTheLimit) {
  EXPECT_THAT(RenderZoneFileLine("a.example", 1, std::string(255, '"')),
              testing::Not(testing::HasSubstr("(")));
}

TEST(TxtRecordJsonTest, HoldsValueAndStrings) {
  const std::string value = std::string(255, 'x') + "y\"\\";
  const auto json =
      nlohmann::json::parse(RenderTxtRecordJson("s._domainkey.a.example", 300, value));
  EXPECT_EQ(json.size(), 5U);
  EXPECT_EQ(json.at("name"), "s._domainkey.a.example");
  EXPECT_EQ(json.at("ttl"), 300);
  EXPECT_EQ(json.at("type"), "TXT");
  EXPECT_EQ(json.at("value"), value);
  EXPECT_THAT(json.at("strings"), ElementsAre(std::string(255, 'x'), "y\"\\"));
}

TEST(TxtRecordJsonTest, IsJsonWhateverTheOctets) {
  const auto json = nlohmann::json::parse(RenderTxtRecordJson("a.example", 1, "\xFF\x01"));
  EXPECT_EQ(json.at("value"), "\xEF\xBF\xBD\x01");
}

}  // namespace
}  // namespace dkimkeeper

#include "client/cli/key_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kRsa = Algorithm::kRsaSha256;
constexpr auto kEd = Algorithm::kEd25519Sha256;

SigningKeys List() {
  SigningKeys list;
  for (const auto& [sender, selector, algorithm] :
       std::initializer_list<std::tuple<const char*, const char*, Algorithm>>{
           {"default", "r1", kRsa}, {"default", "e1", kEd}, {"news", "n1", kEd}}) {
    list.keys.push_back({.domain = *Domain::Parse("example.com"),
                         .sender = *Sender::Parse(sender),
                         .selector = *Selector::Parse(selector),
                         .algorithm = algorithm,
                         .signs_until_ms = {}});
  }
  return list;
}

Result<std::vector<ChosenKey>> Choose(const KeyWish& wish) {
  return ChooseKeys(List(), *Domain::Parse("example.com"), wish);
}

ChosenKey Key(const char* selector, Algorithm algorithm) {
  return {*Selector::Parse(selector, Underscore::kAllowed), algorithm};
}

TEST(KeyChoice, EveryAlgorithmOfTheSender) {
  EXPECT_THAT(Choose({"default", "", {}}).value(), ElementsAre(Key("r1", kRsa), Key("e1", kEd)));
  EXPECT_THAT(Choose({"news", "", {}}).value(), ElementsAre(Key("n1", kEd)));
}

TEST(KeyChoice, OneAlgorithm) {
  EXPECT_THAT(Choose({"default", "", kEd}).value(), ElementsAre(Key("e1", kEd)));
}

TEST(KeyChoice, ANamedKeyBringsItsAlgorithm) {
  EXPECT_THAT(Choose({"default", "e1", {}}).value(), ElementsAre(Key("e1", kEd)));
}

TEST(KeyChoice, AnUnlistedSelectorGoesToTheServerForItsAnswer) {
  EXPECT_THAT(Choose({"default", "old", {}}).value(), ElementsAre(Key("old", kRsa)));
  EXPECT_THAT(Choose({"default", "old_1", kEd}).value(), ElementsAre(Key("old_1", kEd)));
}

TEST(KeyChoice, AWrongAlgorithmGoesToTheServerToo) {
  EXPECT_THAT(Choose({"default", "e1", kRsa}).value(), ElementsAre(Key("e1", kRsa)));
}

TEST(KeyChoice, NoKeyIsToldWithWhatWasLookedFor) {
  const auto none = Choose({"news", "", kRsa});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(none.error().reason, reason::kNoActiveKey);
  EXPECT_THAT(none.error().message, HasSubstr("no rsa-sha256 key"));
  EXPECT_THAT(none.error().message, HasSubstr("example.com, sender news"));
}

TEST(KeyChoice, BadNamesAreRefusedHere) {
  EXPECT_EQ(Choose({"a b", "", {}}).error().reason, reason::kBadSender);
  EXPECT_EQ(Choose({"default", "a b", {}}).error().reason, reason::kBadSelector);
}

}  // namespace
}  // namespace dkimkeeper

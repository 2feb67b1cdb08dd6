#include "server/base/fair_line.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <vector>

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::Optional;

class FairLineTest : public testing::Test {
 protected:
  // "a3" is for "a".
  std::optional<std::string> Push(const std::string& one) {
    return line_.PushBack(one.substr(0, 1), one);
  }
  std::vector<std::string> PopAll() {
    std::vector<std::string> popped;
    while (!line_.empty()) popped.push_back(line_.PopFront());
    return popped;
  }

  FairLine<std::string> line_{4};
};

TEST_F(FairLineTest, OneAloneKeepsItsOrderAndMayHaveAll) {
  for (const char* one : {"a1", "a2", "a3", "a4"}) EXPECT_EQ(Push(one), std::nullopt);
  EXPECT_THAT(Push("a5"), Optional(std::string("a5")));
  EXPECT_THAT(PopAll(), ElementsAre("a1", "a2", "a3", "a4"));
}

TEST_F(FairLineTest, SeveralTakeTurns) {
  for (const char* one : {"a1", "a2", "b1", "c1"}) EXPECT_EQ(Push(one), std::nullopt);
  EXPECT_EQ(line_.parties(), 3U);
  EXPECT_THAT(PopAll(), ElementsAre("a1", "b1", "c1", "a2"));
  EXPECT_EQ(line_.parties(), 0U);
}

TEST_F(FairLineTest, WhoComesLaterComesAfterOneOfEach) {
  for (const char* one : {"a1", "a2", "a3"}) EXPECT_EQ(Push(one), std::nullopt);
  EXPECT_EQ(line_.PopFront(), "a1");
  EXPECT_EQ(Push("b1"), std::nullopt);
  EXPECT_THAT(PopAll(), ElementsAre("a2", "b1", "a3"));
}

TEST_F(FairLineTest, WhereItIsFullTheNewestOfWhoHasMostMakesRoom) {
  for (const char* one : {"a1", "a2", "a3", "b1"}) EXPECT_EQ(Push(one), std::nullopt);
  EXPECT_THAT(Push("c1"), Optional(std::string("a3")));
  EXPECT_THAT(Push("a4"), Optional(std::string("a4")));
  EXPECT_EQ(line_.size(), 4U);
  EXPECT_THAT(PopAll(), ElementsAre("a1", "b1", "c1", "a2"));
}

TEST_F(FairLineTest, WithEqualSharesTheNewcomerIsRefused) {
  for (const char* one : {"a1", "b1", "c1", "d1"}) EXPECT_EQ(Push(one), std::nullopt);
  EXPECT_THAT(Push("e1"), Optional(std::string("e1")));
  EXPECT_EQ(line_.parties(), 4U);
}

TEST_F(FairLineTest, WhoComesToHaveAsMuchAsAnotherTakesNothingFromHim) {
  for (const char* one : {"b1", "a1", "a2", "c1"}) EXPECT_EQ(Push(one), std::nullopt);
  EXPECT_THAT(Push("b2"), Optional(std::string("b2")));
}

TEST_F(FairLineTest, WhatIsPutBackIsNextWhateverTheLimit) {
  for (const char* one : {"a1", "a2", "b1", "b2"}) EXPECT_EQ(Push(one), std::nullopt);
  const std::string first = line_.PopFront();
  EXPECT_EQ(Push("c1"), std::nullopt);
  line_.PushFront("a", first);
  EXPECT_EQ(line_.size(), 5U);
  EXPECT_THAT(PopAll(), ElementsAre("a1", "b1", "c1", "a2", "b2"));
}

TEST_F(FairLineTest, WhatIsPutBackAfterItsOwnersLastIsNextToo) {
  for (const char* one : {"a1", "b1"}) EXPECT_EQ(Push(one), std::nullopt);
  const std::string first = line_.PopFront();
  line_.PushFront("a", first);
  EXPECT_THAT(PopAll(), ElementsAre("a1", "b1"));
}

// Whatever comes and goes: who has less than his share of a full line is neither refused nor
// displaced.
TEST_F(FairLineTest, NobodyBelowItsShareLosesAPlace) {
  constexpr std::size_t kLimit = 12;
  FairLine<int> line(kLimit);
  std::vector<std::size_t> counts(5);
  std::minstd_rand random(7);
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 3 == 0 && !line.empty()) {
      --counts[static_cast<std::size_t>(line.PopFront())];
      continue;
    }
    // The first of them comes as often as all others together.
    const auto who = random() % 2 == 0 ? 0 : 1 + random() % 4;
    ++counts[who];
    const auto lost = line.PushBack(std::to_string(who), static_cast<int>(who));
    if (!lost) continue;
    const auto active = static_cast<std::size_t>(
        std::count_if(counts.begin(), counts.end(), [](auto count) { return count > 0; }));
    ASSERT_GT(counts[static_cast<std::size_t>(*lost)] * active, kLimit);
    --counts[static_cast<std::size_t>(*lost)];
    ASSERT_EQ(line.size(), kLimit);
  }
}

}  // namespace
}  // namespace dkimkeeper

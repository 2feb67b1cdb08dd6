#include "server/base/shared_ordered.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <vector>

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Plain = std::map<int, int>;
using Shared = SharedMap<int, int>;

Plain PlainOf(const Shared& shared) { return {shared.begin(), shared.end()}; }

TEST(SharedOrdered, EmptyHasNothing) {
  const Shared empty;
  EXPECT_THAT(empty, IsEmpty());
  EXPECT_EQ(empty.begin(), empty.end());
  EXPECT_EQ(empty.find(1), empty.end());
  EXPECT_EQ(empty.lower_bound(1), empty.end());
  EXPECT_THROW((void)empty.at(1), std::out_of_range);
}

TEST(SharedOrdered, InsertLeavesWhatIsThereAndAssignDoesNot) {
  Shared map;
  EXPECT_TRUE(map.insert({1, 10}));
  EXPECT_FALSE(map.insert({1, 11}));
  EXPECT_EQ(map.at(1), 10);
  map.insert_or_assign(1, 12);
  map.insert_or_assign(0, 1);
  EXPECT_THAT(map, ElementsAre(testing::Pair(0, 1), testing::Pair(1, 12)));
  EXPECT_EQ(map.size(), 2U);
}

// Thousands of steps, each beside the same one on a std::map; now and then a copy is kept, which no
// later step may change.
TEST(SharedOrdered, IsWhatAnOrdinaryMapIs) {
  constexpr unsigned kSeed = 20260101;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  const auto below = [&random](int limit) {
    return static_cast<int>(random() % static_cast<unsigned>(limit));
  };
  Plain plain;
  Shared shared;
  std::vector<std::pair<Plain, Shared>> kept;
  for (int step = 0; step < 20'000; ++step) {
    const int key = below(1000);
    // It grows at first and shrinks in the end, through all sizes.
    const bool grows = below(20'000) > step;
    if (grows) {
      plain.insert_or_assign(key, step);
      shared.insert_or_assign(key, step);
    } else {
      plain.erase(key);
      shared.erase(key);
    }
    const int asked = below(1000);
    ASSERT_EQ(shared.contains(asked), plain.contains(asked));
    const auto bound = plain.lower_bound(asked);
    ASSERT_EQ(shared.lower_bound(asked) == shared.end(), bound == plain.end());
    if (bound != plain.end()) ASSERT_EQ(*shared.lower_bound(asked), *bound);
    ASSERT_EQ(shared.size(), plain.size());
    if (step % 500 == 0) kept.emplace_back(plain, shared);
  }
  for (const auto& [then, copy] : kept) EXPECT_EQ(PlainOf(copy), then);
  EXPECT_EQ(PlainOf(shared), plain);
  EXPECT_EQ(Shared(plain), shared) << "however it came to be";
}

TEST(SharedOrdered, EraseIfTakesAllThatFit) {
  std::set<int> all;
  for (int i = 0; i < 500; ++i) all.insert(i);
  SharedSet<int> set(all);
  const SharedSet<int> before = set;
  set.erase_if([](int i) { return i % 7 != 0 || (i > 100 && i < 300); });
  std::erase_if(all, [](int i) { return i % 7 != 0 || (i > 100 && i < 300); });
  EXPECT_EQ(set, SharedSet<int>(all));
  EXPECT_EQ(before.size(), 500U);
  set.erase_if([](int) { return true; });
  EXPECT_THAT(set, IsEmpty());
  EXPECT_TRUE(set.insert(3));
}

TEST(SharedOrdered, CopiesShareWhatNobodyChanged) {
  Plain plain;
  for (int i = 0; i < 1000; ++i) plain.emplace(i, i);
  const Shared before(plain);
  Shared after = before;
  after.insert_or_assign(500, 0);
  EXPECT_EQ(&before.at(0), &after.at(0));
  EXPECT_EQ(&before.at(999), &after.at(999));
  EXPECT_NE(&before.at(500), &after.at(500));
  EXPECT_EQ(before.at(500), 500);
}

}  // namespace
}  // namespace dkimkeeper

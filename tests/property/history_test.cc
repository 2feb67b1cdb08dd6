// Random histories of five years: the invariants of design.md §4 hold in each of them.
//
//   history_test --histories 2000 --seed 1     as many, one after the other, and what befell them
//   history_test                               a few, and one with each planted bug
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "tests/property/history.h"

namespace dkimkeeper::sim {
namespace {

// What one core does in some seconds without optimisation.
constexpr std::uint64_t kOfShard = 5;

// Whether every invariant held; says what did not.
bool TellMany(std::uint64_t seed, std::uint64_t count, Tally& tally) {
  bool good = true;
  for (std::uint64_t i = seed; i < seed + count; ++i) {
    const Verdict verdict = TellHistory(i);
    tally.Add(verdict.tally);
    if (verdict.blames.empty()) continue;
    good = false;
    std::cout << "seed " << i << ":\n";
    for (const std::string& blame : verdict.blames) std::cout << "  " << blame << '\n';
    std::cout.flush();
  }
  return good;
}

class Histories : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Histories, KeepEveryInvariant) {
  Tally tally;
  EXPECT_TRUE(TellMany(GetParam(), kOfShard, tally));
  std::cout << "seeds " << GetParam() << " to " << GetParam() + kOfShard - 1 << ":\n"
            << tally.Table();
}

INSTANTIATE_TEST_SUITE_P(Shard, Histories, testing::Values(1, 1001, 2001, 3001));

struct BugCase {
  const char* name;
  PlantedBug bug;
  int invariant;  // that it breaks
  friend void PrintTo(const BugCase& one, std::ostream* out) { *out << one.name; }
};

class HistoryCatches : public testing::TestWithParam<BugCase> {};

TEST_P(HistoryCatches, WithinAFewHistories) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    if (TellHistory(seed, GetParam().bug, GetParam().invariant)
            .broken.contains(GetParam().invariant)) {
      return;
    }
  }
  FAIL() << "no history found the planted bug";
}

INSTANTIATE_TEST_SUITE_P(
    PlantedBug, HistoryCatches,
    testing::Values(BugCase{"AHastyProof", PlantedBug::kHastyProof, 1},
                    BugCase{"MailThatAHastyProofBreaks", PlantedBug::kHastyProof, 0},
                    BugCase{"AGapWithoutActiveKey", PlantedBug::kGap, 2},
                    BugCase{"AMissingDrain", PlantedBug::kNoDrain, 3},
                    BugCase{"AnOldKeyRevokedAtOnce", PlantedBug::kRevokedAtOnce, 3},
                    BugCase{"ASelectorUsedAgain", PlantedBug::kSelectorAgain, 4},
                    BugCase{"AnInterruptedStepLeftAlone", PlantedBug::kNothingFinished, 5},
                    BugCase{"AnOutcomeForgotten", PlantedBug::kOutcomeForgotten, 5},
                    BugCase{"ABlindRemoval", PlantedBug::kBlindRemoval, 6}),
    [](const auto& one) { return one.param.name; });

}  // namespace

int Main(std::uint64_t histories, std::uint64_t seed) {
  Tally tally;
  const bool good = TellMany(seed, histories, tally);
  std::cout << histories << " histories of 5 years, seeds " << seed << " to "
            << seed + histories - 1 << (good ? ": every invariant held\n" : ": NOT GOOD\n")
            << tally.Table();
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace dkimkeeper::sim

int main(int argc, char** argv) {
  std::uint64_t histories = 0;
  std::uint64_t seed = 1;
  for (int i = 1; i + 1 < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--histories") histories = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--seed") seed = std::strtoull(argv[i + 1], nullptr, 10);
  }
  if (histories != 0) return dkimkeeper::sim::Main(histories, seed);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

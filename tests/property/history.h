// One random history of five years.
#ifndef TESTS_PROPERTY_HISTORY_H_
#define TESTS_PROPERTY_HISTORY_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/property/planted_bug.h"
#include "tests/property/tally.h"

namespace dkimkeeper::sim {

struct Verdict {
  std::vector<std::string> blames;  // what went wrong, and when; empty: every invariant holds
  std::set<int> broken;             // the invariants' numbers in design.md §4; 0: mail
  Tally tally;
};

// Five years of trouble from `seed`, then one in which all is well: at its end nothing may be
// stuck. The same seed, and the same program, is the same history.
[[nodiscard]] Verdict TellHistory(std::uint64_t seed);
// The same with a bug, only until it breaks `invariant`.
[[nodiscard]] Verdict TellHistory(std::uint64_t seed, PlantedBug bug, int invariant);

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_HISTORY_H_

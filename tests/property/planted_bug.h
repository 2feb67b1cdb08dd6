// Bugs on purpose: a history that runs with one of them must find it.
#ifndef TESTS_PROPERTY_PLANTED_BUG_H_
#define TESTS_PROPERTY_PLANTED_BUG_H_

#include <cstdint>
#include <string_view>

namespace dkimkeeper::sim {

// One for each invariant of design.md §4, by its number, and one more for the drain.
enum class PlantedBug : std::uint8_t {
  kNone,
  kHastyProof,        // 1: one server's word is taken for proof, and no TTL is waited out
  kGap,               // 2: the old key retires when its successor is published, not when it signs
  kNoDrain,           // 3: the drain counts as over when the hand-over window ends
  kRevokedAtOnce,     // 3: an activation revokes the key before it
  kSelectorAgain,     // 4: the selector of a destroyed key is proposed again
  kNothingFinished,   // 5: what was interrupted stays as it is
  kOutcomeForgotten,  // 5: that a record was withdrawn is never written down
  kBlindRemoval,      // 6: a record is removed whoever put it there
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_PLANTED_BUG_H_

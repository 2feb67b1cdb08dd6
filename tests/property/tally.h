// How often what befell a history.
#ifndef TESTS_PROPERTY_TALLY_H_
#define TESTS_PROPERTY_TALLY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dkimkeeper::sim {

enum class Kind : std::uint8_t {
  // DNS
  kUpdateLagged,
  kUpdateLost,
  kServerVanished,
  kServerRefused,
  kServerShowedOldData,
  kServerShowedOtherKey,
  kServerShowedTwoRecords,
  kServerShowedNothing,
  kResolverFailed,
  kPublisherAway,
  kPublisherInDoubt,
  kPublisherRefused,
  kOwnerLate,
  kOwnerWrong,
  kForeignChange,
  // The machines
  kStoreFailedBefore,
  kStoreFailedAfter,
  kStoreCutOff,
  kTokenFailedBefore,
  kTokenFailedAfter,
  kCrash,
  kCrashInEffect,
  kRestart,
  kClockForward,
  kClockBack,
  kTwoAtOnce,
  kLeaseLost,
  // Operators
  kPolicyChange,
  kPause,
  kResume,
  kRotate,
  kRotateCompromised,
  kRevoke,
  kRevokeCompromised,
  kTokenCompromised,
  kGenerateByHand,
  kActivateOverride,
  kRetire,
  kAddSender,
  kRemoveSender,
  kAddDomain,
  kRemoveDomain,
  // What came of it
  kMail,
  kMailHours,
  kActivation,
  kHandOverShortened,
  kDestruction,
  kCount,
};
inline constexpr std::size_t kKinds = static_cast<std::size_t>(Kind::kCount);

[[nodiscard]] std::string_view KindName(Kind kind);

// A value.
class Tally {
 public:
  void Add(Kind kind) { ++counts_[static_cast<std::size_t>(kind)]; }
  void Add(const Tally& other);
  [[nodiscard]] std::uint64_t Of(Kind kind) const {
    return counts_[static_cast<std::size_t>(kind)];
  }
  // A line for each kind.
  [[nodiscard]] std::string Table() const;

 private:
  std::array<std::uint64_t, kKinds> counts_{};
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_TALLY_H_

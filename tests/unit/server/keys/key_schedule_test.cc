#include "server/keys/key_schedule.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace dkimkeeper {
namespace {

Key KeyOf(const std::string& domain, Algorithm algorithm = Algorithm::kRsaSha256) {
  return {.domain = *Domain::Parse(domain),
          .sender = Sender::Default(),
          .selector = *Selector::Parse("s1"),
          .algorithm = algorithm,
          .id = KeyId::Random(),
          .token = {},
          .public_key = {},
          .lacks = {},
          .created_at = {}};
}

TEST(KeyScheduleTest, IsWithinASixteenthOfThePeriodAndSpread) {
  const KeyPolicy policy;
  const Timestamp start = FromMilliseconds(1'700'000'000'000);
  std::set<Timestamp> days;
  for (int i = 0; i < 1'000; ++i) {
    const Timestamp turn =
        PlannedRotation(KeyOf("d" + std::to_string(i) + ".example"), start, policy);
    EXPECT_LE(turn, start + policy.rotation_period);
    EXPECT_GT(turn, start + policy.rotation_period * 15 / 16);
    days.insert(std::chrono::floor<std::chrono::days>(turn));
  }
  EXPECT_GE(days.size(), 11U);  // 180 days / 16
}

TEST(KeyScheduleTest, IsTheSameForTheSameLine) {
  const KeyPolicy policy;
  const Timestamp start = FromMilliseconds(1'700'000'000'000);
  const Timestamp turn = PlannedRotation(KeyOf("a.example"), start, policy);
  EXPECT_EQ(PlannedRotation(KeyOf("a.example"), start, policy), turn);
  EXPECT_NE(PlannedRotation(KeyOf("a.example", Algorithm::kEd25519Sha256), start, policy), turn);
}

TEST(KeyScheduleTest, AnImportedKeyIsDueAtOnce) {
  Key key = KeyOf("a.example");
  key.origin = KeyOrigin::kImported;
  const Timestamp start = FromMilliseconds(1'700'000'000'000);
  EXPECT_EQ(PlannedRotation(key, start, KeyPolicy()), start);
}

}  // namespace
}  // namespace dkimkeeper

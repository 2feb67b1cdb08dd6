#include "server/rotation/rotation_decisions.h"

#include <gtest/gtest.h>

#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::Minute;

// The row that `decide` leaves of `key`.
Key RowAfter(const Key& key, StageOf stage) {
  View view;
  Apply({PutKey{key}}, view.contents);
  view.keyring = Keyring({std::make_shared<const Key>(key)});
  const auto decision = BeginChange(view, key, stage, "auto", Minute(50));
  return std::get<PutKey>(decision->changes.at(0)).key;
}

// It was given up unused, and turned out to be compromised while its owner had the record still.
TEST(BeginChange, AWithdrawalTakesBackThatTheRecordWasToBeRemoved) {
  Key key = sample::KeyOf("example.com", "s1");
  key.shown = {.begun_at = Minute(1), .asked_at = Minute(1), .proven_at = {}};
  key.removed = {.begun_at = Minute(10), .asked_at = Minute(10), .proven_at = {}};
  const Key row = RowAfter(key, &Key::withdrawn);
  EXPECT_EQ(row.withdrawn.begun_at, Minute(50));
  EXPECT_EQ(row.removed, RecordStage());
  EXPECT_EQ(row.shown, key.shown);
}

TEST(BeginChange, ARemovalLeavesTheWithdrawalOnRecord) {
  Key key = sample::KeyOf("example.com", "s1");
  key.withdrawn = {.begun_at = Minute(10), .asked_at = Minute(11), .proven_at = Minute(12)};
  const Key row = RowAfter(key, &Key::removed);
  EXPECT_EQ(row.removed.begun_at, Minute(50));
  EXPECT_EQ(row.withdrawn, key.withdrawn);
}

}  // namespace
}  // namespace dkimkeeper

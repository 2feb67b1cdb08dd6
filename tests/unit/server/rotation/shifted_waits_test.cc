#include "server/rotation/shifted_waits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::KeyOf;
using sample::Minute;
using std::chrono::days;
using testing::IsEmpty;

class ShiftWaitsTest : public testing::Test {
 protected:
  Key After(const Key& key, std::chrono::milliseconds by, int before = 100) {
    Picture picture;
    picture.With("example.com").With(key);
    picture.After(ShiftWaits(picture.Get(), by, Minute(before), policy_));
    return *picture.Get().contents.keys.begin()->second;
  }

  Policy policy_;
};

TEST_F(ShiftWaitsTest, LeavesAloneWhatWaitsForNothing) {
  Picture picture;
  Key gone = KeyOf("example.com", "s1");
  gone.activated_at = gone.retired_at = gone.signs_until = gone.stopped_at = Minute(1);
  gone.revoked_at = gone.withdrawn.begun_at = gone.withdrawn.proven_at = Minute(2);
  gone.removed.begun_at = gone.removed.proven_at = gone.destroyed_at = Minute(3);
  picture.With("example.com").With(KeyOf("example.com", "s2")).With(gone);
  EXPECT_THAT(ShiftWaits(picture.Get(), days(30), Minute(100), policy_).changes, IsEmpty());
}

TEST_F(ShiftWaitsTest, FromWhenWaitsAreCountedAfterAPauseOrARestore) {
  DomainEntry entry = Picture().With("example.com").Get().contents.domains.begin()->second;
  entry.waits_from = Minute(60);
  View view = Picture().With(entry).Get();
  view.contents.waits_from = Minute(70);
  Apply(ShiftWaits(view, days(30), Minute(100), policy_).changes, view.contents);
  EXPECT_EQ(view.contents.waits_from, Minute(70) + days(30));
  EXPECT_EQ(view.contents.domains.begin()->second.waits_from, Minute(60) + days(30));
}

TEST_F(ShiftWaitsTest, TtlsOfANewKey) {
  Key key = KeyOf("example.com", "s1");
  key.published_at = Minute(90);
  key.usable_from = Minute(150);
  const Key after = After(key, days(30));
  EXPECT_EQ(*after.usable_from - *after.published_at, std::chrono::minutes(60));
  EXPECT_EQ(after.usable_from, Minute(150) + days(30));
}

TEST_F(ShiftWaitsTest, TheTurnOfTheNextKeyBothWays) {
  Key key = KeyOf("example.com", "s1");
  key.published_at = key.activated_at = Minute(50);
  key.rotate_at = Minute(50) + days(180);
  EXPECT_EQ(After(key, days(3650)).rotate_at, Minute(50) + days(3830));
  EXPECT_EQ(After(key, -days(3650)).rotate_at, Minute(50) - days(3470));
  EXPECT_EQ(After(key, days(1)).published_at, Minute(50));
}

TEST_F(ShiftWaitsTest, HandOverDrainAndRetention) {
  Key key = KeyOf("example.com", "s1");
  key.activated_at = Minute(0);
  key.retired_at = Minute(90);
  key.signs_until = Minute(150);
  EXPECT_EQ(After(key, days(1)).signs_until, Minute(150) + days(1));
  EXPECT_EQ(After(key, days(1), 160).signs_until, Minute(150)) << "it was over by then";
  key.stopped_at = Minute(150);
  EXPECT_EQ(After(key, days(1), 160).stopped_at, Minute(150) + days(1));
  key.revoked_at = Minute(300);
  EXPECT_EQ(After(key, days(1), 160).revoked_at, Minute(300) + days(1));
  key.withdrawn.begun_at = key.withdrawn.proven_at = Minute(300);
  const Key retained = After(key, days(1), 310);
  EXPECT_EQ(retained.stopped_at, Minute(150));
  EXPECT_EQ(retained.revoked_at, Minute(300));
  EXPECT_EQ(retained.withdrawn.proven_at, Minute(300) + days(1));
}

TEST_F(ShiftWaitsTest, ASelectorOfAPoolOnItsWayToBeingFree) {
  Key key = KeyOf("example.com", "s1");
  key.activated_at = key.retired_at = key.signs_until = key.stopped_at = Minute(1);
  key.revoked_at = key.withdrawn.begun_at = key.withdrawn.proven_at = Minute(2);
  key.removed.begun_at = key.removed.proven_at = key.destroyed_at = Minute(3);
  policy_.defaults.selector_pools[Algorithm::kRsaSha256] = {sample::SelectorOf("s1")};
  EXPECT_EQ(After(key, days(1)).removed.proven_at, Minute(3) + days(1));
}

}  // namespace
}  // namespace dkimkeeper

#include "server/lifecycle/first_reconcile.h"

#include <gmock/gmock.h>

#include "tests/unit/server/lifecycle/custody.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

class FirstReconcileTest : public testing::Test {
 protected:
  using Call = FakeToken::Call;

  [[nodiscard]] unsigned Finds() const { return custody_.token.calls(Call::kFindKeys); }
  void TryOnQueue() {
    WorkQueue acts({.threads = 1, .limit = 1});
    reconcile_.TryOn(acts);
    acts.Stop();
  }

  Custody custody_;
  EventLog events_{[](Severity, std::string_view) {}};
  FirstReconcile reconcile_{{custody_.registry(), custody_.token, custody_.operations(),
                             custody_.alarms(), events_, custody_.clock}};
};

TEST_F(FirstReconcileTest, OnceWhereTheTokenIsThere) {
  ASSERT_TRUE(reconcile_.Try());
  EXPECT_THAT(reconcile_.findings(), IsEmpty());
  EXPECT_EQ(Finds(), 1U);
  TryOnQueue();
  EXPECT_EQ(Finds(), 1U);
}

TEST_F(FirstReconcileTest, AgainUntilItHasSucceeded) {
  custody_.token.Fail(Call::kFindKeys, 1, Custody::TokenAway());
  custody_.token.Fail(Call::kFindKeys, 2, Custody::TokenAway());
  ASSERT_TRUE(reconcile_.Try());
  EXPECT_THAT(reconcile_.findings(), ElementsAre(StartsWith("unfinished: ")));
  for (const unsigned finds : {2U, 3U, 3U}) {
    TryOnQueue();
    EXPECT_EQ(Finds(), finds);
  }
}

TEST_F(FirstReconcileTest, AnotherErrorStopsTheStart) {
  custody_.token.Fail(Call::kFindKeys, 1, {Code::kInternal, "INTERNAL", "broken"});
  EXPECT_FALSE(reconcile_.Try());
}

TEST_F(FirstReconcileTest, AFullQueueLosesNothing) {
  custody_.token.Fail(Call::kFindKeys, 1, Custody::TokenAway());
  ASSERT_TRUE(reconcile_.Try());
  WorkQueue stopped({.threads = 1, .limit = 1});
  stopped.Stop();
  reconcile_.TryOn(stopped);
  TryOnQueue();
  EXPECT_EQ(Finds(), 2U);
}

}  // namespace
}  // namespace dkimkeeper

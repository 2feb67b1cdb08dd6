// Repeated mutations.
#include "server/store/registry.h"
#include "tests/unit/server/registry/registry_fixture.h"

namespace dkimkeeper {
namespace {

using sample::Minute;
using std::chrono::days;

class RegistryRequests : public RegistryFixture {
 protected:
  Result<Updated> Update(const Mutation& mutation, Timestamp now = Minute(0)) {
    return registry_->Update(mutation, now, [this](const View&) -> Result<Decision> {
      ++decided_;
      return Add("n" + std::to_string(decided_) + ".example");
    });
  }
  int decided_ = 0;
};

TEST_F(RegistryRequests, ARepeatedOneIsAnsweredAndDoesNothing) {
  const auto first = Update(Request("r1"));
  EXPECT_FALSE(first->repeated);
  const auto again = Update(Request("r1"));
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->subject, "n1.example");
  EXPECT_EQ(decided_, 1);
  EXPECT_EQ(store_.commits(), 1U);
}

TEST_F(RegistryRequests, AlsoAfterARestart) {
  EXPECT_TRUE(Update(Request("r1")));
  registry_ = Open();
  EXPECT_TRUE(Update(Request("r1"))->repeated);
}

TEST_F(RegistryRequests, AlsoWhenTheFirstAnswerWasLost) {
  store_.FailCommit(1, CommitFault::kAfterEffect);
  EXPECT_FALSE(Update(Request("r1")));
  const auto again = Update(Request("r1"));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_TRUE(Knows(*again->view, again->subject)) << "the picture holds what it names";
}

TEST_F(RegistryRequests, TheSameIdForSomethingElseIsRefused) {
  EXPECT_TRUE(Update(Request("r1", "parameters")));
  const auto other = Update(Request("r1", "other parameters"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Code::kInvalidArgument);
  EXPECT_EQ(other.error().reason, "REQUEST_ID_REUSED");
  EXPECT_EQ(registry_->Repeated(Request("r1", "other parameters")).error().reason,
            "REQUEST_ID_REUSED");
  EXPECT_EQ(decided_, 1);
}

TEST_F(RegistryRequests, AnIdIsItsCallersOwn) {
  EXPECT_TRUE(Update(Request("r1", "f", "unix:a")));
  const auto other = Update(Request("r1", "g", "unix:b"));
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->repeated);
}

TEST_F(RegistryRequests, KeptForSevenDays) {
  EXPECT_TRUE(Update(Request("r1"), Minute(0)));
  EXPECT_TRUE(Update(Request("r2"), Minute(0) + days(7)));
  EXPECT_TRUE(Update(Request("r1"), Minute(0) + days(7))->repeated);
}

TEST_F(RegistryRequests, ThenForgotten) {
  EXPECT_TRUE(Update(Request("r1"), Minute(0)));
  EXPECT_TRUE(Update(Request("r2"), Minute(1) + days(7)));
  const auto anew = Update(Request("r1", "other parameters"), Minute(1) + days(7));
  ASSERT_TRUE(anew);
  EXPECT_FALSE(anew->repeated);
}

TEST_F(RegistryRequests, RepeatedAnswersWithoutDeciding) {
  EXPECT_FALSE(registry_->Repeated(Request("r1")).value());
  EXPECT_TRUE(Update(Request("r1")));
  const auto repeated = registry_->Repeated(Request("r1")).value();
  ASSERT_TRUE(repeated);
  EXPECT_EQ(repeated->subject, "n1.example");
  EXPECT_TRUE(repeated->repeated);
}

}  // namespace
}  // namespace dkimkeeper

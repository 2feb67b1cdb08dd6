// The whole life of a key with the store, the token or the publisher failing at each effect, and
// the process killed right after: in the end all is as if nothing had happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "server/keys/key_state.h"
#include "tests/unit/server/rotation/works.h"

namespace dkimkeeper {
namespace {

using std::chrono::days;
using testing::IsEmpty;
using Call = FakeToken::Call;

struct Fault {
  std::string name;
  std::function<void(World&)> inject;
};

Error TokenAway() { return {Code::kUnavailable, "TOKEN_AWAY", "away"}; }

// The first commits and acts in a token; publishers fail in the order of their changes.
std::vector<Fault> Faults() {
  std::vector<Fault> faults;
  for (unsigned n = 1; n <= 30; ++n) {
    const std::string nth = std::to_string(n);
    faults.push_back({"before_commit_" + nth, [n](World& world) {
                        world.store.FailCommit(n, CommitFault::kBeforeEffect);
                      }});
    faults.push_back({"after_commit_" + nth,
                      [n](World& world) { world.store.FailCommit(n, CommitFault::kAfterEffect); }});
  }
  for (const auto& [call, name] : {std::pair{Call::kGenerateKeyPair, "generate"},
                                   {Call::kFindKey, "find"},
                                   {Call::kSign, "sign"},
                                   {Call::kDestroyPermanently, "destroy"}}) {
    for (unsigned n = 1; n <= 2; ++n) {
      const std::string nth = std::string(name) + "_" + std::to_string(n);
      faults.push_back(
          {"before_" + nth, [call, n](World& world) { world.token.Fail(call, n, TokenAway()); }});
      faults.push_back({"after_" + nth, [call, n](World& world) {
                          world.token.FailAfterwards(call, n, TokenAway());
                        }});
    }
  }
  return faults;
}

// Until the first key is gone. Each step that does not end well is the last of its process.
void Live(World& world) {
  std::optional<Works> works(std::in_place, world);
  const Timestamp end = world.now() + days(160);
  while (world.now() < end) {
    (void)works->lease().Renew();
    const auto steps = works->rotation().Plan();
    const auto next = std::ranges::find_if(steps, [](const Step& step) {
      return !step.advice && step.kind != StepKind::kEndHandOver;
    });
    ASSERT_NE(next, steps.end());
    const auto wait = next->due - world.now();
    world.clock.Advance(std::max(wait, std::chrono::milliseconds(wait.count() > 0 ? 0 : 1)));
    (void)works->lease().Renew();
    if (works->rotation().Perform(*next) != StepEnd::kDone) works.emplace(world);
  }
}

std::size_t PairsIn(World& world) {
  auto keys = world.token.FindKeys(world.clock.Steady() + std::chrono::seconds(10)).value();
  std::erase_if(keys, [](const TokenKey& key) { return key.purpose != KeyPurpose::kDkim; });
  return keys.size();
}

class RotationFaults : public testing::TestWithParam<Fault> {};

TEST_P(RotationFaults, LeaveNothingBehind) {
  World world;
  Works(world).AddDomain("example.com");
  GetParam().inject(world);
  Live(world);
  Works works(world);
  EXPECT_EQ(works.States(), "DESTROYED ACTIVE PUBLISHED");
  EXPECT_EQ(PairsIn(world), 2U);
  EXPECT_EQ(world.zone.All().size(), 2U);
  for (const KeyPtr& key : works.Keys()) {
    EXPECT_FALSE(InProgress(*key));
    if (key->activated_at) EXPECT_LE(*key->usable_from, *key->activated_at);
  }
}

INSTANTIATE_TEST_SUITE_P(EachEffect, RotationFaults, testing::ValuesIn(Faults()),
                         [](const auto& row) { return row.param.name; });

class PublisherFaults : public testing::TestWithParam<int> {};

// The n-th change of the zone fails, in each of the ways in which it can.
TEST_P(PublisherFaults, LeaveNothingBehind) {
  using Fault = MemoryPublisher::Fault;
  for (const Fault fault : {Fault::kAway, Fault::kDoneAway, Fault::kRefused, Fault::kLost}) {
    World world;
    Works(world).AddDomain("example.com");
    Works works(world);
    for (int i = 1; i < GetParam(); ++i) {
      while (world.zone.Changes().size() < static_cast<std::size_t>(i)) {
        works.RunFor(days(1));
      }
    }
    world.zone.FailNext(fault);
    works.RunFor(days(160));
    EXPECT_TRUE(works.States().starts_with("DESTROYED")) << works.States();
    EXPECT_EQ(PairsIn(world), world.zone.All().size());
    EXPECT_THAT(works.Alarms(), IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(EachChange, PublisherFaults, testing::Range(1, 6));

}  // namespace
}  // namespace dkimkeeper

#include "server/rotation/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::KeyOf;
using sample::Minute;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr int kDay = 24 * 60;

// A key of example.com as far as its life goes; everything takes place at the minutes named.
Key Pending(std::string_view selector) { return KeyOf("example.com", selector); }

Key Asked(std::string_view selector, int at) {
  Key key = Pending(selector);
  key.shown = {.begun_at = Minute(at), .asked_at = Minute(at)};
  return key;
}

Key Proven(std::string_view selector, int at) {
  Key key = Asked(selector, at);
  key.published_at = key.proof_renewed_at = Minute(at);
  key.usable_from = Minute(at + 60);
  return key;
}

Key Active(std::string_view selector, int at) {
  Key key = Proven(selector, 0);
  key.proof_renewed_at = Minute(at);
  key.activated_at = Minute(at);
  key.rotate_at = Minute(at) + days(180);
  return key;
}

Key Retiring(std::string_view selector, int at) {
  Key key = Active(selector, 0);
  key.retired_at = Minute(at);
  key.signs_until = Minute(at + 60);
  key.stop_generation = 7;
  return key;
}

Key Stopped(std::string_view selector, int at) {
  Key key = Retiring(selector, at - 60);
  key.stopped_at = Minute(at);
  return key;
}

Key Revoked(std::string_view selector, int at) {
  Key key = Stopped(selector, at - 7 * kDay);
  key.revoked_at = Minute(at);
  return key;
}

Key Withdrawn(std::string_view selector, int at) {
  Key key = Revoked(selector, at);
  key.withdrawn = {.begun_at = Minute(at), .asked_at = Minute(at), .proven_at = Minute(at)};
  return key;
}

class Plans : public testing::Test {
 protected:
  Plans() : picture_() { picture_.With(entry_); }

  template <typename... Keys>
  void Have(const Keys&... keys) {
    (picture_.With(keys), ...);
  }
  void Entry() { picture_.With(entry_); }

  std::vector<Step> At(int minute, std::uint64_t acknowledged = 100) {
    const View view = picture_.Get();
    return PlanDomain(
        view, entry_.domain,
        {.policy = policy_, .tokens = kTokens, .attempts = attempts_, .acknowledged = acknowledged},
        Minute(minute));
  }

  // "publish s1 @10": kind, selector, minute; "?" behind what only an operator does. Looks at
  // proven records are left out.
  std::vector<std::string> Names(int minute, std::uint64_t acknowledged = 100) {
    std::vector<std::string> names;
    for (const Step& step : At(minute, acknowledged)) {
      if (step.kind != StepKind::kWatch) names.push_back(Name(step));
    }
    return names;
  }

  static std::string Name(const Step& step) {
    const auto at = std::chrono::duration_cast<minutes>(step.due - Minute(0)).count();
    return std::string(StepName(step.kind)) +
           (step.selector ? " " + step.selector->str() : std::string()) + " @" +
           std::to_string(at) + (step.advice ? " ?" : "");
  }

  Policy policy_;
  Attempts attempts_;
  DomainEntry entry_{.domain = sample::DomainOf("example.com"),
                     .senders = {Sender::Default()},
                     .created_at = Minute(0)};
  Picture picture_;
};

// --- Before a key signs

TEST_F(Plans, NothingForADomainThatIsNotThere) {
  EXPECT_THAT(PlanDomain(picture_.Get(), sample::DomainOf("example.org"),
                         {policy_, kTokens, attempts_, 0}, Minute(0)),
              IsEmpty());
}

TEST_F(Plans, AFirstKeyForEachAlgorithm) {
  policy_.defaults.algorithms = {Algorithm::kRsaSha256, Algorithm::kEd25519Sha256};
  EXPECT_THAT(Names(5), ElementsAre("generate @0", "generate @0"));
}

TEST_F(Plans, AKeyIsPublishedThenProvenThenActivated) {
  Have(Pending("s1"));
  EXPECT_THAT(Names(5), ElementsAre("publish s1 @0"));
  Have(Asked("s1", 3));
  EXPECT_THAT(Names(5), ElementsAre("prove s1 @3"));
  Have(Proven("s1", 4));
  EXPECT_THAT(Names(5), ElementsAre("activate s1 @64"));
}

TEST_F(Plans, AKeyBeingMadeIsFinishedAfterAWhileAndNoOtherIsMade) {
  Key intent = Pending("s1");
  intent.public_key.reset();
  Have(intent);
  EXPECT_THAT(Names(1), ElementsAre("finish s1 @5"));
}

TEST_F(Plans, OfTwoNewKeysTheProvenOneComesFirst) {
  Have(Pending("a"), Proven("b", 4));
  EXPECT_THAT(Names(5), ElementsAre("publish a @0", "activate b @64"));
}

// --- The next key

TEST_F(Plans, AStandbyIsMadeAtOnceAndActivatedAtItsTurn) {
  Have(Active("s1", 100));
  EXPECT_THAT(Names(101), ElementsAre("generate @100"));
  Have(Proven("s2", 200));
  EXPECT_THAT(Names(300), ElementsAre("activate s2 @" + std::to_string(100 + 180 * kDay)));
}

TEST_F(Plans, WithoutStandbyTheNextKeyIsMadeAhead) {
  policy_.defaults.standby = false;
  Have(Active("s1", 0));
  EXPECT_THAT(Names(1), ElementsAre("generate @" + std::to_string(166 * kDay)));
}

TEST_F(Plans, AnOperatorsRotationIsDueAtOnceButNotBeforeTheTtls) {
  Key active = Active("s1", 0);
  active.rotate_at = Minute(500);
  Have(active, Proven("s2", 490));
  EXPECT_THAT(Names(501), ElementsAre("activate s2 @550"));
}

TEST_F(Plans, AKeyWhoseTokenWantsABackupWaitsForItInWords) {
  const std::vector<TokenTerms> strict{{.name = "main", .limits = {.require_backup = true}}};
  Have(Proven("s1", 0));
  const View view = picture_.Get();
  const auto steps = PlanDomain(view, entry_.domain, {policy_, strict, attempts_, 0}, Minute(90));
  ASSERT_EQ(steps.front().kind, StepKind::kActivate);
  EXPECT_THAT(steps.front().waits_for, testing::HasSubstr("confirm-backup"));
}

// --- The old key

TEST_F(Plans, ARetiringKeyEndsItsHandOverThenDrainsFromTheAcknowledgement) {
  Have(Active("s2", 1000), Proven("s3", 0), Retiring("s1", 1000));
  EXPECT_THAT(Names(1001), Contains("end hand-over s1 @1060"));
  EXPECT_THAT(Names(1061), Contains("await stop s1 @1060"));
  Have(Stopped("s1", 1061));
  EXPECT_THAT(Names(1062), Contains("revoke s1 @" + std::to_string(1061 + 7 * kDay)));
}

TEST_F(Plans, WhatADaemonHasNotAcknowledgedIsWaitedFor) {
  Have(Retiring("s1", 0));
  for (const Step& step : At(100, 6)) {
    if (step.kind != StepKind::kAwaitStop) continue;
    EXPECT_GT(step.due, Minute(100));
    EXPECT_THAT(step.waits_for, testing::HasSubstr("acknowledged"));
  }
  EXPECT_THAT(Names(100, 7), Contains("await stop s1 @60"));
}

TEST_F(Plans, ADaemonByWhoseClockTheHandOverGoesOnIsWaitedFor) {
  Have(Retiring("s1", 0));
  const auto with = [&](std::optional<Timestamp> slowest) {
    const View view = picture_.Get();
    const auto steps = PlanDomain(view, entry_.domain,
                                  {.policy = policy_,
                                   .tokens = kTokens,
                                   .attempts = attempts_,
                                   .acknowledged = 100,
                                   .slowest_clock = slowest},
                                  Minute(100));
    return *std::ranges::find(steps, StepKind::kAwaitStop, &Step::kind);
  };
  EXPECT_GT(with(Minute(59)).due, Minute(100));
  EXPECT_THAT(with(Minute(59)).waits_for, testing::HasSubstr("clock"));
  EXPECT_LE(with(Minute(60)).due, Minute(100));
}

TEST_F(Plans, ARevokedKeyIsWithdrawnRemovedAndDestroyed) {
  Have(Active("s2", 0), Proven("s3", 0));
  const int at = 20 * kDay;
  Have(Revoked("s1", at));
  EXPECT_THAT(Names(at + 1), Contains("withdraw s1 @" + std::to_string(at)));
  Key key = Withdrawn("s1", at);
  key.withdrawn.proven_at.reset();
  Have(key);
  EXPECT_THAT(Names(at + 1), Contains("prove withdrawn s1 @" + std::to_string(at)));
  key.withdrawn.proven_at = Minute(at + 10);
  Have(key);
  const int removal = at + 10 + 30 * kDay;
  EXPECT_THAT(Names(at + 11), Contains("remove record s1 @" + std::to_string(removal)));
  key.removed = {.begun_at = Minute(removal), .asked_at = Minute(removal)};
  Have(key);
  EXPECT_THAT(Names(removal), Contains("prove removed s1 @" + std::to_string(removal)));
  key.removed.proven_at = Minute(removal + 5);
  Have(key);
  EXPECT_THAT(Names(removal + 6), Contains("destroy s1 @" + std::to_string(removal + 5)));
  key.destroying_at = key.destroyed_at = Minute(removal + 7);
  Have(key);
  EXPECT_THAT(Names(removal + 8), testing::Each(testing::Not(testing::HasSubstr("s1"))));
}

TEST_F(Plans, ARevocationByAnOperatorDrainsToo) {
  Key key = Active("s1", 0);
  key.retired_at = key.signs_until = Minute(100);
  key.revoked_at = Minute(100) + days(7);
  key.stop_generation = 3;
  Have(key);
  EXPECT_THAT(Names(101), Contains("await stop s1 @100"));
  key.stopped_at = Minute(130);
  Have(key);
  EXPECT_THAT(Names(131), Contains("withdraw s1 @" + std::to_string(130 + 7 * kDay)));
}

TEST_F(Plans, ACompromisedKeyIsWithdrawnAtOnce) {
  Key key = Active("s1", 0);
  key.retired_at = key.signs_until = key.revoked_at = Minute(100);
  key.compromised = true;
  Have(key);
  EXPECT_THAT(Names(101), ElementsAre("generate @0", "withdraw s1 @100"));
}

TEST_F(Plans, DestroyNowComesBeforeTheRecordWhichIsStillLookedAfter) {
  Key key = Active("s1", 0);
  key.retired_at = key.signs_until = key.revoked_at = Minute(100);
  key.compromised = key.destroy_now = true;
  Have(key);
  EXPECT_THAT(Names(101), Contains("destroy s1 @100"));
  key.destroying_at = key.destroyed_at = Minute(102);
  Have(key);
  EXPECT_THAT(Names(103), Contains("withdraw s1 @100"));
}

TEST_F(Plans, AKeyThatNeverSignedGoesWithoutDrainAndWithoutAnEmptyP) {
  Key key = Proven("s1", 0);
  key.retired_at = key.signs_until = Minute(100);
  Have(key);
  EXPECT_THAT(Names(101), Contains("revoke s1 @100"));
  key.revoked_at = Minute(101);
  Have(key);
  EXPECT_THAT(Names(102), Contains("remove record s1 @101"));
}

TEST_F(Plans, ARecordThatIsSomebodyElsesByNowIsLeftAlone) {
  Key key = Revoked("s1", 20 * kDay);
  key.record_foreign = true;
  Have(key);
  EXPECT_THAT(Names(20 * kDay + 1), Contains("destroy s1 @" + std::to_string(20 * kDay)));
}

TEST_F(Plans, AQuarantinedKeyWaitsForAnOperatorAndIsReplaced) {
  Key key = Active("s1", 0);
  key.quarantined_at = Minute(50);
  Have(key);
  EXPECT_THAT(Names(60), ElementsAre("generate @0", "revoke s1 @50 ?"));
}

// --- Watching

TEST_F(Plans, ProvenRecordsAreWatchedLostOnesMoreOften) {
  Key key = Active("s1", 100);
  Have(key);
  const auto watch = [&] {
    for (const Step& step : At(101)) {
      if (step.kind == StepKind::kWatch) return Name(step);
    }
    return std::string("none");
  };
  EXPECT_EQ(watch(), "watch s1 @160");
  key.record_lost_at = Minute(160);
  Have(key);
  EXPECT_EQ(watch(), "watch s1 @105");
  key.published_at.reset();  // never proven: an operator's override
  Have(key);
  EXPECT_EQ(watch(), "none");
}

// --- What holds steps up

TEST_F(Plans, APauseStopsPlannedStepsOnly) {
  entry_.paused_at = Minute(50);
  Entry();
  Have(Active("s2", 0), Stopped("s1", 60));
  EXPECT_THAT(Names(70),
              ElementsAre("generate @0 ?", "revoke s1 @" + std::to_string(60 + 7 * kDay) + " ?"));
  Key key = Active("s2", 0);
  key.retired_at = key.signs_until = key.revoked_at = Minute(100);
  key.compromised = true;
  Have(key, Pending("s3"));
  EXPECT_THAT(Names(101), testing::IsSupersetOf({"publish s3 @0", "withdraw s2 @100"}));
}

TEST_F(Plans, InManualModeOnlyLooksAreTaken) {
  policy_.defaults.mode = RotationMode::kManual;
  EXPECT_THAT(Names(5), ElementsAre("generate @0 ?"));
  Have(Pending("s1"));
  EXPECT_THAT(Names(5), ElementsAre("prove s1 @0"));
  Have(Proven("s1", 4));
  EXPECT_THAT(Names(5), ElementsAre("activate s1 @64 ?"));
  Have(Revoked("s1", 20 * kDay));
  EXPECT_THAT(Names(21 * kDay), Contains("prove withdrawn s1 @" + std::to_string(20 * kDay)));
}

TEST_F(Plans, AfterAResumeWaitsAreCountedAnew) {
  Have(Active("s2", 0), Proven("s3", 0), Stopped("s1", 60), Proven("s4", 0));
  entry_.waits_from = Minute(5 * kDay);
  Entry();
  EXPECT_THAT(Names(9 * kDay), Contains("revoke s1 @" + std::to_string(12 * kDay)));
}

TEST_F(Plans, TriesThatFailedPutTheNextOneOffAndSayWhy) {
  Have(Asked("s1", 3));
  attempts_.Record(At(5).front(), Minute(5), "ns2.example.net shows no record");
  const auto steps = At(5);
  EXPECT_EQ(steps.front().due, Minute(5) + std::chrono::seconds(5));
  EXPECT_EQ(steps.front().waits_for, "ns2.example.net shows no record");
}

TEST_F(Plans, AClockThatWasSetBackHoldsUpNothingThatWasDue) {
  Have(Asked("a", 300), Pending("b"));
  entry_.created_at = Minute(400);
  Entry();
  for (const Step& step : At(20)) EXPECT_LE(step.due, Minute(20)) << StepName(step.kind);
  Key key = Active("c", 300);
  Have(key);
  for (const Step& step : At(20)) {
    if (step.kind == StepKind::kWatch) EXPECT_EQ(step.due, Minute(20));
  }
}

// --- Pools

TEST_F(Plans, AnExhaustedPoolDelaysAPlannedRotationAndShortensRetentionInAnEmergency) {
  policy_.defaults.selector_pools[Algorithm::kRsaSha256] = {sample::SelectorOf("a"),
                                                            sample::SelectorOf("b")};
  Have(Active("a", 0), Withdrawn("b", 20 * kDay));
  auto steps = At(20 * kDay + 1);
  const auto generate = std::ranges::find(steps, StepKind::kGenerate, &Step::kind);
  ASSERT_NE(generate, steps.end());
  EXPECT_THAT(generate->waits_for, testing::HasSubstr("pool"));
  EXPECT_THAT(Names(20 * kDay + 1), Contains("remove record b @" + std::to_string(50 * kDay)));
  Key lost = Active("a", 0);
  lost.retired_at = lost.signs_until = lost.revoked_at = Minute(20 * kDay);
  lost.compromised = true;
  Have(lost);
  EXPECT_THAT(Names(20 * kDay + 1), Contains("remove record b @" + std::to_string(20 * kDay + 1)));
}

// --- Giving up

TEST_F(Plans, ADomainThatIsRemovedEndsItsKeysThenItsEntry) {
  entry_.removing_at = Minute(10);
  Entry();
  Have(Active("s1", 0), Proven("s2", 0));
  EXPECT_THAT(Names(11), testing::UnorderedElementsAre("retire s1 @11", "revoke s2 @11"));
  Key gone = Withdrawn("s1", 20 * kDay);
  gone.removed.proven_at = gone.destroying_at = gone.destroyed_at = Minute(60 * kDay);
  Key unused = gone;
  unused.selector = sample::SelectorOf("s2");
  Have(gone, unused);
  EXPECT_THAT(Names(60 * kDay), ElementsAre("drop domain @" + std::to_string(60 * kDay)));
}

TEST_F(Plans, ASenderThatIsRemovedGoesAloneWithItsKeys) {
  entry_.senders.insert(sample::SenderOf("news"));
  entry_.removing_senders.emplace(sample::SenderOf("news"), Minute(10));
  Entry();
  Have(Active("s1", 0), Proven("s2", 0));
  EXPECT_THAT(Names(11), Contains("drop sender @11"));
}

TEST_F(Plans, ADroppedAlgorithmRetiresOnceAnotherOneSigns) {
  policy_.defaults.algorithms = {Algorithm::kEd25519Sha256};
  Have(Active("s1", 0));
  EXPECT_THAT(Names(11), ElementsAre("generate @0", "retire s1 @11 ?"));
  Key other = Active("e1", 5);
  other.algorithm = Algorithm::kEd25519Sha256;
  Have(other);
  EXPECT_THAT(Names(11), Contains("retire s1 @11"));
}

TEST_F(Plans, OfAllDomainsAreSortedByTime) {
  picture_.With("example.org");
  Have(Active("s1", 100), Proven("s2", 100));
  const auto steps = PlanAll(picture_.Get(), {policy_, kTokens, attempts_, 0}, Minute(200));
  EXPECT_TRUE(std::ranges::is_sorted(steps, {}, &Step::due));
  EXPECT_EQ(steps.front().domain.str(), "example.org");
}

}  // namespace
}  // namespace dkimkeeper

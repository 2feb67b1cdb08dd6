// Steps in DNS, and what the world does to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/keys/key_state.h"
#include "tests/unit/server/rotation/works.h"

namespace dkimkeeper {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAre;
using Fault = MemoryPublisher::Fault;
using Mood = ZoneChecker::Mood;

std::string NameOfRecord(const Key& key) { return KeyRecordName(key.selector, key.domain).value(); }
std::string SubjectName(const Key& key) { return "example.com/" + key.selector.str(); }

class RotationRecords : public testing::Test {
 protected:
  Works& Start() {
    works_.emplace(world_);
    works_->AddDomain("example.com");
    return *works_;
  }
  // With an ACTIVE key and a standby.
  Works& StartSettled() {
    Start();
    works_->RunFor(minutes(10));
    EXPECT_EQ(works_->States(), "ACTIVE PUBLISHED");
    return *works_;
  }
  [[nodiscard]] Key First() { return *works_->Keys().front(); }
  [[nodiscard]] Key Last() { return *works_->Keys().back(); }

  World world_;
  std::optional<Works> works_;
};

TEST_F(RotationRecords, APublisherThatIsAwayIsAskedAgain) {
  world_.zone.SetAway(true);
  Works& works = Start();
  EXPECT_THAT(works.Run(), ElementsAre("generate", "publish: failed"));
  EXPECT_TRUE(First().shown.begun_at);
  EXPECT_FALSE(First().shown.asked_at);
  EXPECT_EQ(works.Planned(StepKind::kPublish)->waits_for, "the server is away; this is a test");
  EXPECT_THAT(works.Alarms(), IsEmpty()) << "it is restarted, perhaps";
  EXPECT_THAT(works.RunFor(minutes(2)), ElementsAre("publish: failed", "publish: failed"));
  EXPECT_THAT(works.Alarms(), ElementsAre("publisher.failed " + SubjectName(First())));
  world_.zone.SetAway(false);
  EXPECT_THAT(works.RunFor(minutes(2)), ElementsAre("publish", "prove"));
  EXPECT_THAT(works.Alarms(), IsEmpty());
}

TEST_F(RotationRecords, AnAnswerThatWasLostChangesNothing) {
  world_.zone.FailNext(Fault::kDoneAway);
  Works& works = Start();
  EXPECT_THAT(works.RunFor(minutes(1)),
              ElementsAre("generate", "publish: failed", "publish", "prove"));
}

TEST_F(RotationRecords, AnUpdateThatTheZoneLostIsAskedForAgain) {
  world_.zone.FailNext(Fault::kLost);
  Works& works = Start();
  EXPECT_THAT(works.Run(), ElementsAre("generate", "publish", "prove: waits"));
  EXPECT_THAT(works.RunFor(minutes(50)), Not(Contains("publish")));
  const auto taken = works.RunFor(minutes(30));
  EXPECT_THAT(taken, Contains("publish"));
  EXPECT_THAT(taken, Contains("activate"));
}

TEST_F(RotationRecords, AnUnknownPublisherLeavesNoIntent) {
  world_.policy.defaults.publisher = "nowhere";
  Works& works = Start();
  EXPECT_THAT(works.Run(), ElementsAre("generate", "publish: failed"));
  EXPECT_FALSE(First().shown.begun_at);
  EXPECT_THAT(works.Alarms(), ElementsAre("publisher.failed " + SubjectName(First())));
}

TEST_F(RotationRecords, SomebodyElsesRecordIsInTheWay) {
  world_.zone.SetAway(true);
  Works& works = Start();
  works.Run();
  world_.zone.Put(NameOfRecord(First()), {.txt = {{"v=DKIM1; p="}}});
  world_.zone.SetAway(false);
  EXPECT_THAT(works.RunFor(minutes(1)), Contains("publish: failed"));
  EXPECT_EQ(works.States(), "PENDING");
  EXPECT_THAT(works.Alarms(), ElementsAre("publisher.failed " + SubjectName(First())));
}

TEST_F(RotationRecords, ASilentServerHoldsUpTheProofUntilItIsWaived) {
  world_.policy.defaults.waive_unreachable = hours(48);
  world_.checker.Set("ns2", Mood::kSilent);
  Works& works = Start();
  works.RunFor(hours(47));
  EXPECT_EQ(works.States(), "PENDING");
  works.RunFor(hours(2));
  EXPECT_EQ(works.States(), "ACTIVE PUBLISHED");
  EXPECT_THAT(world_.checker.Questions().back().waived, ElementsAre("ns2"));
}

TEST_F(RotationRecords, AServerThatIsAlwaysSilentIsWaitedForWithoutThatPolicy) {
  world_.checker.Set("ns2", Mood::kSilent);
  Works& works = Start();
  works.RunFor(days(9));
  EXPECT_EQ(works.States(), "PENDING");
}

TEST_F(RotationRecords, ACheckerThatClaimsAnotherKeyProvesNothing) {
  world_.checker.Claim(PublicKey{Algorithm::kEd25519Sha256, std::string(32, 'x')});
  Works& works = Start();
  EXPECT_THAT(works.RunFor(days(1)), Not(Contains("prove")));
  EXPECT_EQ(works.States(), "PENDING");
}

// --- Activation

TEST_F(RotationRecords, ARecordThatChangedBeforeItsActivationIsProvenAnew) {
  Works& works = Start();
  works.Run();
  world_.checker.Set("ns2", Mood::kLying);
  const auto taken = works.RunFor(minutes(6));
  EXPECT_THAT(taken, Contains("activate: waits"));
  EXPECT_EQ(works.States(), "PENDING");
  EXPECT_FALSE(First().usable_from);
  EXPECT_THAT(works.Alarms(), ElementsAre("record.lost " + SubjectName(First())));
  world_.checker.SetAll(Mood::kHonest);
  works.RunFor(hours(1));
  EXPECT_EQ(works.States(), "ACTIVE PUBLISHED");
  EXPECT_THAT(works.Alarms(), IsEmpty());
}

TEST_F(RotationRecords, AServerThatFailsBeforeAnActivationTakesNoProofAway) {
  Works& works = Start();
  works.Run();
  world_.checker.Set("ns2", Mood::kRefusing);
  EXPECT_THAT(works.RunFor(minutes(6)), Contains("activate: waits"));
  EXPECT_EQ(works.States(), "PUBLISHED");
  world_.checker.SetAll(Mood::kHonest);
  EXPECT_THAT(works.RunFor(minutes(10)), Contains("activate"));
}

TEST_F(RotationRecords, AKeyWhoseSignatureDnsDoesNotVerifyStaysUnused) {
  Works& works = Start();
  works.Run();
  world_.token.CorruptSignature(1);
  EXPECT_THAT(works.RunFor(minutes(5)), ElementsAre("activate: failed"));
  EXPECT_EQ(works.States(), "PUBLISHED");
  EXPECT_THAT(works.Planned(StepKind::kActivate)->waits_for, testing::HasSubstr("does not verify"));
  EXPECT_THAT(works.RunFor(minutes(5)), Contains("activate"));
}

TEST_F(RotationRecords, TheTokenIsAskedForNoSignatureWithoutAProof) {
  Works& works = Start();
  works.Run();
  const unsigned before = world_.token.calls(FakeToken::Call::kSign);
  world_.checker.SetAll(Mood::kEmpty);
  EXPECT_THAT(works.RunFor(minutes(6)), Contains("activate: waits"));
  EXPECT_EQ(world_.token.calls(FakeToken::Call::kSign), before);
}

TEST_F(RotationRecords, APauseDuringTheLookHoldsTheActivationUp) {
  bool pause = false;
  world_.checker.SetHook([&](const RecordQuestion&) {
    if (!pause) return;
    DomainEntry entry = works_->registry().Get()->contents.domains.begin()->second;
    entry.paused_at = world_.now();
    works_->Put({PutDomain{entry}});
  });
  Works& works = Start();
  works.Run();
  pause = true;
  EXPECT_THAT(works.RunFor(minutes(5)), ElementsAre("activate: gone"));
  EXPECT_EQ(works.States(), "PUBLISHED");
}

// --- Monitoring

TEST_F(RotationRecords, ALostRecordIsFoundAtTheSecondLook) {
  Works& works = StartSettled();
  world_.zone.Put(NameOfRecord(First()), {});
  const Timestamp look = *First().proof_renewed_at + days(1);
  EXPECT_THAT(works.RunFor(look - world_.now()), UnorderedElementsAre("watch: waits", "watch"));
  EXPECT_FALSE(First().record_lost_at);
  EXPECT_THAT(works.Alarms(), IsEmpty());
  EXPECT_THAT(works.RunFor(minutes(2)), Contains("watch: waits"));
  EXPECT_TRUE(First().record_lost_at);
  EXPECT_THAT(works.Alarms(), ElementsAre("record.lost " + SubjectName(First())));
  EXPECT_EQ(works.States(), "ACTIVE PUBLISHED") << "the policy says: alarm";

  const auto record = SplitCharacterStrings(
      RenderKeyRecord({.public_key = First().public_key, .algorithm = First().algorithm}));
  world_.zone.Put(NameOfRecord(First()), {.txt = {record}});
  works.RunFor(hours(2));
  EXPECT_FALSE(First().record_lost_at);
  EXPECT_THAT(works.Alarms(), IsEmpty());
}

TEST_F(RotationRecords, ServersThatFailNeverMakeARecordLost) {
  Works& works = StartSettled();
  for (const Mood mood : {Mood::kSilent, Mood::kRefusing}) {
    world_.checker.SetAll(mood);
    works.RunFor(days(5));
    EXPECT_FALSE(First().record_lost_at);
    EXPECT_EQ(works.States(), "ACTIVE PUBLISHED");
  }
}

TEST_F(RotationRecords, AStandbyThatLostItsRecordIsProvenAnew) {
  Works& works = StartSettled();
  world_.zone.Put(NameOfRecord(Last()), {});
  const Key before = Last();
  // Its publisher forgot it, and is asked again.
  EXPECT_THAT(works.RunFor(days(1) + minutes(20)), IsSupersetOf({"watch: waits", "publish"}));
  EXPECT_EQ(works.States(), "ACTIVE PUBLISHED");
  EXPECT_GT(*Last().published_at, *before.published_at);
  EXPECT_FALSE(Last().record_lost_at);
}

TEST_F(RotationRecords, ByPolicyTheStandbyTakesOverFromALostRecord) {
  world_.policy.defaults.on_record_lost = OnRecordLost::kSwitch;
  Works& works = StartSettled();
  world_.zone.Put(NameOfRecord(First()), {});
  works.RunFor(days(1) + minutes(20));
  EXPECT_EQ(works.States(), "RETIRING ACTIVE PUBLISHED");
  EXPECT_THAT(works.events, Contains(testing::HasSubstr("event=rotation.switch")));
}

TEST_F(RotationRecords, AStandbyWithoutItsOwnRecordTakesOverNothing) {
  world_.policy.defaults.on_record_lost = OnRecordLost::kSwitch;
  Works& works = StartSettled();
  world_.checker.SetAll(Mood::kEmpty);
  works.RunFor(days(1) + minutes(20));
  EXPECT_TRUE(StateAt(First(), world_.now()) == KeyState::kActive);
  EXPECT_FALSE(Last().activated_at);
}

// --- After use

TEST_F(RotationRecords, ARecordThatSomebodyElseChangedIsLeftAlone) {
  Works& works = StartSettled();
  const Key first = First();
  const StandingRecords theirs{.txt = {{"v=DKIM1; k=ed25519; p=" + std::string(43, 'A') + "="}}};
  works.RunFor(days(100));
  world_.zone.Put(NameOfRecord(first), theirs);
  works.RunFor(days(8));
  EXPECT_TRUE(First().record_foreign);
  EXPECT_FALSE(First().withdrawn.asked_at) << "its publisher saw that";
  EXPECT_EQ(world_.zone.At(NameOfRecord(first)), theirs);
  works.RunFor(days(1));
  EXPECT_EQ(StateAt(First(), world_.now()), KeyState::kDestroyed) << "life goes on";
  EXPECT_EQ(world_.zone.At(NameOfRecord(first)), theirs);
}

TEST_F(RotationRecords, ARecordThatItsOwnerTookAwayIsGone) {
  Works& works = StartSettled();
  works.RunFor(days(106));
  world_.zone.SetAsks(true);  // they say that they do it
  works.RunFor(days(2));
  ASSERT_TRUE(First().withdrawn.begun_at);
  world_.zone.Put(NameOfRecord(First()), {});
  works.RunFor(days(3));
  EXPECT_TRUE(First().withdrawn.proven_at || First().record_foreign);
}

TEST_F(RotationRecords, AWithdrawalThatTheZoneLostIsAskedForAgain) {
  Works& works = StartSettled();
  works.RunFor(days(100));
  world_.zone.FailNext(Fault::kLost);
  const auto taken = works.RunFor(days(9));
  EXPECT_THAT(taken, Contains("prove withdrawn: waits"));
  EXPECT_EQ(std::ranges::count(taken, "withdraw"), 2);
  EXPECT_TRUE(First().withdrawn.proven_at);
}

TEST_F(RotationRecords, RecordsOnTheirWayOutAreAskedOfTheServersAlone) {
  Works& works = StartSettled();
  works.RunFor(days(150));
  for (const RecordQuestion& question : world_.checker.Questions()) {
    EXPECT_EQ(question.servers_only, question.wish != RecordWish::kKey);
  }
}

// --- Looks that operators ask for

TEST_F(RotationRecords, ALookProvesInManualModeAndWithoutTheLease) {
  world_.policy.defaults.mode = RotationMode::kManual;
  Works& works = Start();
  const Key key = sample::KeyOf("example.com", "s1");
  Key by_hand = key;
  by_hand.algorithm = Algorithm::kEd25519Sha256;
  by_hand.public_key = PublicKey{Algorithm::kEd25519Sha256, std::string(32, 'k')};
  works.Put({PutKey{by_hand}});
  const auto nothing = works.rotation().CheckNow(by_hand);
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->verdict, RecordVerdict::kDiffers);
  EXPECT_EQ(works.States(), "PENDING");
  world_.zone.Put("s1._domainkey.example.com",
                  {.txt = {SplitCharacterStrings(RenderKeyRecord(
                       {.public_key = by_hand.public_key, .algorithm = by_hand.algorithm}))}});
  ASSERT_TRUE(works.rotation().CheckNow(First()));
  EXPECT_EQ(works.States(), "PUBLISHED");
  EXPECT_TRUE(First().shown.begun_at) << "its record is to be removed one day";
  EXPECT_TRUE(world_.store.FindCheck(by_hand.id).value());
}

TEST_F(RotationRecords, AnOperatorsActivationNeedsARecordAndASignatureThatItVerifies) {
  Works& works = Start();
  works.Run();
  ASSERT_EQ(works.States(), "PUBLISHED");
  EXPECT_TRUE(works.rotation().ProveNow(First()));
  world_.token.CorruptSignature(1);
  EXPECT_EQ(works.rotation().ProveNow(First()).error().reason, "BAD_SIGNATURE");
  world_.checker.SetAll(Mood::kRefusing);
  const auto unproven = works.rotation().ProveNow(First());
  ASSERT_FALSE(unproven);
  EXPECT_EQ(unproven.error().reason, "DNS_PROOF_MISSING");
  EXPECT_THAT(unproven.error().message, testing::HasSubstr("ns1"));
}

TEST_F(RotationRecords, ALookAtAKeyThatIsBeingMadeIsRefused) {
  Works& works = Start();
  Key intent = sample::KeyOf("example.com", "s1");
  intent.public_key.reset();
  const auto check = works.rotation().CheckNow(intent);
  ASSERT_FALSE(check);
  EXPECT_EQ(check.error().reason, "WRONG_STATE");
}

}  // namespace
}  // namespace dkimkeeper

#include "client/audit/verification.h"

#include <gmock/gmock.h>

#include "proto/reason.h"
#include "tests/unit/client/audit/audit_log_fixture.h"

namespace dkimkeeper {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using VerificationTest = AuditLogFixture;

TEST_F(VerificationTest, AHealthyLogPasses) {
  const Verification result = Verify();
  EXPECT_THAT(Told(result), IsEmpty());
  EXPECT_TRUE(result.healthy());
  EXPECT_THAT(result.notes, IsEmpty());
  EXPECT_EQ(result.origin, "keeper.example/audit/mx1");
  EXPECT_EQ(result.first, 0U);
  EXPECT_EQ(result.size, 28U);
  EXPECT_EQ(result.segments, 3U);
  EXPECT_EQ(result.checkpoints, 6U);
  EXPECT_EQ(result.proven, 26U);
  EXPECT_EQ(result.known, 0U);
  EXPECT_TRUE(result.own_key);
}

TEST_F(VerificationTest, TheKeyMayComeFromElsewhere) {
  const Verification result = Verify({.keys = {log_.key()}});
  EXPECT_TRUE(result.healthy());
  EXPECT_FALSE(result.own_key);
  const SampleAuditLog other(directory_.path() / "other", "keeper.example/audit/mx1", 'x');
  EXPECT_THAT(Told(Verify({.keys = {other.key()}})).front(), HasSubstr("no key that is known"));
}

TEST_F(VerificationTest, AKnownCheckpointProvesThatNothingWasCutOff) {
  const Verification result = Verify({.known = {log_.SignCheckpoint()}});
  EXPECT_TRUE(result.healthy());
  EXPECT_EQ(result.known, 28U);
  EXPECT_EQ(result.proven, 28U);
}

TEST_F(VerificationTest, KnownCheckpointsOfOtherLogsDoNotCount) {
  const SampleAuditLog other(directory_.path() / "other", "keeper.example/audit/mx2");
  const Verification result = Verify({.known = {other.SignCheckpoint()}});
  EXPECT_TRUE(result.healthy());
  EXPECT_EQ(result.known, 0U);
}

TEST_F(VerificationTest, AKnownCheckpointThatContradictsIsFound) {
  const SignedNote forked =
      log_.Sign({.origin = "keeper.example/audit/mx1", .size = 12, .root = Sha256("other")});
  EXPECT_THAT(Told(Verify({.known = {forked}})),
              ElementsAre(HasSubstr("of 12 records, kept elsewhere, is not of the records")));
}

TEST_F(VerificationTest, AForgedKnownCheckpointIsFound) {
  SignedNote forged = log_.SignCheckpoint();
  forged.signatures[0].signature[5] ^= 1;
  EXPECT_THAT(Told(Verify({.known = {forged}})), ElementsAre(HasSubstr("does not match the text")));
}

TEST_F(VerificationTest, EveryRecordOfACheckpointIsProven) {
  for (std::uint64_t sequence = 0; sequence < 26; ++sequence) {
    const Verification result = Verify({.record = sequence});
    ASSERT_TRUE(result.inclusion) << sequence;
    EXPECT_EQ(result.inclusion->record.claimed, "queue " + std::to_string(sequence));
    EXPECT_EQ(result.inclusion->checkpoint.size, 26U);
    EXPECT_TRUE(VerifyInclusion(result.inclusion->leaf, sequence, 26,
                                result.inclusion->checkpoint.root, result.inclusion->path));
  }
  EXPECT_THAT(Told(Verify({.record = 26})), ElementsAre(HasSubstr("is in no checkpoint")));
  EXPECT_THAT(Told(Verify({.record = 28})), ElementsAre(HasSubstr("record 28 is not here")));
}

TEST_F(VerificationTest, OldSegmentsMayBeGone) {
  std::filesystem::remove(Segment(0));
  const Verification result = Verify({.known = {log_.SignCheckpoint()}, .record = 17});
  EXPECT_THAT(Told(result), IsEmpty());
  EXPECT_EQ(result.first, 10U);
  EXPECT_EQ(result.before_first, 2U);  // 0 and 5
  EXPECT_EQ(result.checkpoints, 4U);
  EXPECT_EQ(result.proven, 28U);
  EXPECT_TRUE(result.inclusion);
  EXPECT_THAT(Told(Verify({.first = 0})), ElementsAre(HasSubstr("records 0 to 9 are not here")));
  EXPECT_THAT(Told(Verify({.first = 10})), IsEmpty());
}

TEST_F(VerificationTest, ATornWriteIsNoTampering) {
  const auto frames = FramesOf(Segment(20));
  const std::string whole = Read(Segment(20));
  for (std::size_t size = frames[7] + 1; size < whole.size(); ++size) {
    Write(Segment(20), whole.substr(0, size));
    const Verification result = Verify();
    EXPECT_THAT(Told(result), IsEmpty()) << size;
    EXPECT_THAT(result.notes, ElementsAre(HasSubstr("a torn write")));
    EXPECT_EQ(result.size, 27U);
  }
}

TEST_F(VerificationTest, ATornCheckpointIsNoTampering) {
  const std::string whole = Read(folder() / kCheckpointsFile);
  const std::string entry = CheckpointEntry(log_.SignCheckpoint());
  for (std::size_t size = 1; size < entry.size(); ++size) {
    Write(folder() / kCheckpointsFile, whole + entry.substr(0, size));
    const Verification result = Verify();
    EXPECT_THAT(Told(result), IsEmpty()) << size;
    EXPECT_THAT(result.notes, ElementsAre(HasSubstr("a torn write"))) << size;
  }
}

TEST_F(VerificationTest, AFreshLogIsHealthy) {
  SampleAuditLog fresh(directory_.path() / "fresh");
  fresh.AppendCheckpoint();
  const auto result = VerifyLog(fresh.folder(), {});
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->healthy());
  EXPECT_EQ(result->size, 0U);
}

TEST_F(VerificationTest, WithoutAnyKeyNothingIsProven) {
  std::filesystem::remove(folder() / kVerifierKeyFile);
  EXPECT_THAT(Told(Verify()), ElementsAre(HasSubstr("give --key")));
  std::filesystem::remove(folder() / kCheckpointsFile);
  const Verification result = Verify();
  EXPECT_THAT(Told(result), IsEmpty());
  EXPECT_EQ(result.proven, 0U);
}

TEST_F(VerificationTest, WhereThereIsNoLogItSaysSo) {
  EXPECT_THAT(VerifyLog(directory_.path(), {}), IsRefused(reason::kBadOption));
  EXPECT_THAT(VerifyLog("/nowhere", {}), IsRefused(reason::kBadOption));
}

}  // namespace
}  // namespace dkimkeeper

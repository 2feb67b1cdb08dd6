#include "server/audit/audit_notary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>

#include "proto/audit/segment.h"
#include "proto/reason.h"
#include "server/audit/checkpoint_file.h"
#include "tests/fakes/fake_token.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/memory_store.h"
#include "tests/fakes/quiet_tokens.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;
using Call = FakeToken::Call;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kOrigin = "keeper1/log";

class AuditNotaryTest : public testing::Test {
 protected:
  // The fake token measures deadlines with the machine's clock: stay ahead of it.
  AuditNotaryTest() {
    clock_.Advance(std::chrono::years(50));
    OpenLog();
    OpenNotary();
  }
  void OpenLog() {
    notary_.reset();
    log_.reset();
    auto log = SegmentLog::Open({.folder = folder_, .origin = kOrigin},
                                KnownCheckpoints(folder_, store_, kOrigin).value());
    log_.emplace(std::move(log).value(), AuditWriter::Options{}, alarms_, metrics_, clock_);
    log_->Flush();
  }
  void OpenNotary(std::string token = {}) {
    notary_.emplace(AuditNotary::Parts{*log_, tokens_, store_, alarms_, metrics_, clock_},
                    AuditNotary::Options{folder_, kOrigin, std::move(token)});
  }
  void Record() {
    log_->Append({.at = {}, .act = "sign", .result = "ok"});
    log_->Flush();
  }
  [[nodiscard]] std::string Text(std::string_view name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] std::vector<std::string> Notes() const {
    return SplitCheckpoints(Text(kCheckpointsFile)).notes;
  }
  [[nodiscard]] std::vector<std::string> AlarmNames() const {
    std::vector<std::string> names;
    for (const Alarm& alarm : alarms_.List()) names.push_back(alarm.name);
    return names;
  }

  TempDir dir_;
  const fs::path folder_ = dir_.path() / "audit";
  ManualClock clock_;
  EventLog events_{[](Severity, std::string_view) {}};
  AlarmBoard alarms_{events_};
  Metrics metrics_;
  MemoryStore store_;
  FakeToken token_{"main"};
  FakeToken second_{"second"};
  QuietTokens tokens_{{{.token = token_}, {.token = second_}}, clock_};
  std::optional<AuditWriter> log_;
  std::optional<AuditNotary> notary_;
};

TEST_F(AuditNotaryTest, SignsTheTreeWithAKeyThatItMakesOnFirstUse) {
  Record();
  notary_->Checkpoint();
  const auto keys = token_.FindKeys(clock_.Steady()).value();
  ASSERT_THAT(keys, SizeIs(1));
  EXPECT_EQ(keys[0].label, "audit:keeper1/log");
  EXPECT_EQ(keys[0].purpose, KeyPurpose::kAudit);
  ASSERT_THAT(Notes(), SizeIs(1));
  const auto note = SignedNote::Parse(Notes()[0]).value();
  const auto key = VerifierKey::Make(kOrigin, keys[0].public_key.record_bytes).value();
  EXPECT_TRUE(VerifyNote(note, std::array{key}));
  const auto checkpoint = Checkpoint::Parse(note.text).value();
  EXPECT_EQ(checkpoint, (Checkpoint{kOrigin, 2, log_->Tree().Root()}));
  EXPECT_EQ(Text(kVerifierKeyFile), key.ToString() + "\n");
  EXPECT_EQ(notary_->State().size, 2U);
  EXPECT_EQ(notary_->State().note, note.ToString());
  EXPECT_EQ(notary_->State().problem, "");
  EXPECT_EQ(store_.Checkpoints().value().at(kOrigin).note, note.ToString());
}

TEST_F(AuditNotaryTest, AnIdleLogIsNotSignedAgain) {
  Record();
  notary_->Checkpoint();
  notary_->Checkpoint();
  EXPECT_THAT(Notes(), SizeIs(1));
  Record();
  notary_->Checkpoint();
  EXPECT_THAT(Notes(), SizeIs(2));
}

TEST_F(AuditNotaryTest, TheNextProcessFindsTheKeyAndGoesOn) {
  notary_->Checkpoint();
  std::ofstream(folder_ / kCheckpointsFile, std::ios::app) << "keeper1/log\n17\nto";
  OpenLog();
  OpenNotary();
  notary_->Checkpoint();
  EXPECT_THAT(Notes(), SizeIs(2));
  EXPECT_EQ(SplitCheckpoints(Text(kCheckpointsFile)).torn, "");
  EXPECT_EQ(token_.calls(Call::kGenerateKeyPair), 1U);
  EXPECT_THAT(AlarmNames(), IsEmpty());
}

TEST_F(AuditNotaryTest, ATokenThatIsNamedHoldsTheKey) {
  OpenNotary("second");
  notary_->Checkpoint();
  EXPECT_THAT(token_.FindKeys(clock_.Steady()).value(), IsEmpty());
  EXPECT_THAT(second_.FindKeys(clock_.Steady()).value(), SizeIs(1));
}

TEST_F(AuditNotaryTest, ATokenThatIsAwayIsWaitedForAndAnAlarmWhereItSignedBefore) {
  token_.Fail(Call::kFindKey, 1, Error{Code::kUnavailable, "TOKEN_AWAY", "token main is away"});
  notary_->Checkpoint();
  EXPECT_EQ(notary_->State().problem, "checkpoints unavailable: token main is away");
  EXPECT_THAT(AlarmNames(), IsEmpty());
  notary_->Checkpoint();
  EXPECT_EQ(notary_->State().problem, "");
  Record();
  token_.Fail(Call::kSignNote, 1, Error{Code::kUnavailable, "TOKEN_AWAY", "token main is away"});
  notary_->Checkpoint();
  EXPECT_THAT(AlarmNames(), ElementsAre("audit.unsigned"));
  notary_->Checkpoint();
  EXPECT_THAT(AlarmNames(), IsEmpty());
}

TEST_F(AuditNotaryTest, WithoutEd25519CheckpointsAreUnavailable) {
  token_.SetAlgorithms({Algorithm::kRsaSha256});
  second_.SetAlgorithms({Algorithm::kRsaSha256});
  notary_->Checkpoint();
  EXPECT_THAT(notary_->State().problem,
              HasSubstr("checkpoints unavailable: no token does Ed25519"));
  EXPECT_THAT(Notes(), IsEmpty());
}

TEST_F(AuditNotaryTest, AKeyThatIsGoneIsReplacedLoudly) {
  notary_->Checkpoint();
  const auto keys = token_.FindKeys(clock_.Steady()).value();
  ASSERT_TRUE(token_.DestroyPermanently(keys.at(0).id, clock_.Steady()));
  Record();
  notary_->Checkpoint();
  EXPECT_THAT(AlarmNames(), ElementsAre("audit.unsigned"));
  notary_->Checkpoint();
  EXPECT_THAT(AlarmNames(), ElementsAre("audit.key_changed"));
  const std::string known = Text(kVerifierKeyFile);
  EXPECT_EQ(std::count(known.begin(), known.end(), '\n'), 2) << "both keys are needed to verify";
}

TEST_F(AuditNotaryTest, ACorruptSignatureIsNotUsed) {
  token_.CorruptSignature(1, Call::kSignNote);
  notary_->Checkpoint();
  EXPECT_THAT(Notes(), IsEmpty());
  EXPECT_NE(notary_->State().problem, "");
}

TEST_F(AuditNotaryTest, ALogThatWasRolledBackDoesNotPassForTheStoresOne) {
  Record();
  Record();
  notary_->Checkpoint();
  notary_.reset();
  log_.reset();
  fs::remove_all(folder_);
  OpenLog();
  EXPECT_THAT(AlarmNames(), ElementsAre("audit.damaged")) << "the start knows the store's";
  OpenNotary();
  notary_->Checkpoint();
  EXPECT_EQ(store_.Checkpoints().value().at(kOrigin).size, 3U);
}

// What cannot be read is not taken for nothing, and thrown away.
TEST(CheckpointFileTest, WhatCannotBeReadStays) {
  const TempDir dir;
  const auto folder = dir.path() / "audit";
  std::filesystem::create_directories(folder / kCheckpointsFile);
  EXPECT_EQ(LastCheckpoint(folder), std::nullopt);
  EXPECT_FALSE(CheckpointFile(folder).Append(SignedNote{"keeper1/log\n0\n\n", {}}));
  EXPECT_TRUE(std::filesystem::is_directory(folder / kCheckpointsFile));
}

}  // namespace
}  // namespace dkimkeeper

#include "client/audit/checkpoint_stream.h"

#include <gmock/gmock.h>

#include "tests/unit/client/audit/audit_log_fixture.h"

namespace dkimkeeper {
namespace {

using CheckpointStreamTest = AuditLogFixture;

TEST_F(CheckpointStreamTest, GivesEachEntryWithItsPlace) {
  const std::string whole = Read(folder() / kCheckpointsFile);
  Write(folder() / kCheckpointsFile, whole + "keeper.exam");
  CheckpointStream stream(folder() / kCheckpointsFile);
  std::size_t entries = 0;
  while (const auto entry = stream.Next()) {
    EXPECT_EQ((whole + "keeper.exam").substr(entry->offset, entry->note.size()), entry->note);
    if (entry->whole) ++entries;
  }
  EXPECT_EQ(entries, 6U);
}

TEST_F(CheckpointStreamTest, LongFilesAreReadInPieces) {
  std::string whole;
  const std::string entry = CheckpointEntry(log_.SignCheckpoint());
  while (whole.size() < 300'000) whole += entry;
  Write(folder() / kCheckpointsFile, whole);
  CheckpointStream stream(folder() / kCheckpointsFile);
  std::uint64_t offset = 0;
  while (const auto next = stream.Next()) {
    ASSERT_TRUE(next->whole);
    ASSERT_EQ(next->offset, offset);
    ASSERT_EQ(next->note + "\n", entry);
    offset += entry.size();
  }
  EXPECT_EQ(offset, whole.size());
}

TEST_F(CheckpointStreamTest, WhatIsAddedLaterIsLeftOut) {
  CheckpointStream stream(folder() / kCheckpointsFile);
  log_.AppendCheckpoint();
  std::size_t entries = 0;
  while (stream.Next()) ++entries;
  EXPECT_EQ(entries, 6U);
}

TEST_F(CheckpointStreamTest, WhatIsNoEntryEndsAtABound) {
  Write(folder() / kCheckpointsFile, std::string(1'000'000, 'x'));
  CheckpointStream stream(folder() / kCheckpointsFile);
  const auto entry = stream.Next();
  ASSERT_TRUE(entry);
  EXPECT_FALSE(entry->whole);
  EXPECT_LT(entry->note.size(), 300'000U);
  EXPECT_FALSE(IsBeginOfCheckpoint(entry->note));
}

TEST_F(CheckpointStreamTest, BeginsOfEntriesAreKnown) {
  const std::string entry = CheckpointEntry(log_.SignCheckpoint());
  for (std::size_t size = 0; size < entry.size(); ++size)
    EXPECT_TRUE(IsBeginOfCheckpoint(entry.substr(0, size))) << size;
  for (const char* other : {"a\n1\nx\n", "a\tb", "a\n1\nx\n\n", "a\n1\n2\n3\n4"})
    EXPECT_FALSE(IsBeginOfCheckpoint(other)) << other;
}

}  // namespace
}  // namespace dkimkeeper

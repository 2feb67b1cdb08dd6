#include "server/store/dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "proto/reason.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/server/store/full_store.h"
#include "tests/unit/server/store/sqlite_file.h"

namespace dkimkeeper {
namespace {

using sample::Minute;
using testing::HasSubstr;

class DumpTest : public testing::Test {
 protected:
  DumpTest() { Fill(full_); }

  static std::string Copied(const SqlStoreOptions& options) {
    std::ostringstream out;
    const auto copied = BackUp(options, out);
    EXPECT_TRUE(copied) << copied.error().message;
    return out.str();
  }
  Outcome Restored(const std::string& copy) {
    std::istringstream in(copy);
    return Restore(empty_, in, Minute(9));
  }
  // What restoring `copy` is refused with; and then nothing is there.
  std::string Refused(const std::string& copy) {
    const auto restored = Restored(copy);
    EXPECT_FALSE(restored);
    if (restored) return "";
    EXPECT_EQ(restored.error().code, Code::kInvalidArgument);
    EXPECT_EQ(restored.error().reason, reason::kBadDocument);
    const auto store = OpenSqlStore(empty_);
    EXPECT_EQ((*store)->Generation(), 0U);
    EXPECT_TRUE((*store)->Load()->domains.empty());
    return restored.error().message;
  }
  static std::string Changed(std::string copy, const std::string& from, const std::string& to) {
    const std::size_t at = copy.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return copy.replace(at, from.size(), to);
  }

  const TempDir dir_;
  const SqlStoreOptions full_{.file = dir_.path() / "full.db"};
  const SqlStoreOptions empty_{.file = dir_.path() / "empty.db"};
};

TEST_F(DumpTest, CopyOfARestoredStoreIsTheSameCopy) {
  const std::string copy = Copied(full_);
  const auto restored = Restored(copy);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(Copied(empty_), copy);
}

TEST_F(DumpTest, EveryTableOfTheSchemaIsCopiedOrLeftOutOnPurpose) {
  std::string names;
  for (const Table* table : DumpedTables()) names += "'" + std::string(table->name) + "', ";
  EXPECT_EQ(SqliteFile(full_.file)
                .Ask("SELECT group_concat(name) FROM sqlite_master WHERE type = 'table' AND name "
                     "NOT IN (" +
                     names + "'store_state', 'lease', 'daemons', 'agent_acknowledgements')"),
            "");
  for (const Table* table : DumpedTables()) {
    EXPECT_NE(SqliteFile(full_.file).Ask("SELECT count(*) FROM " + std::string(table->name)), "0")
        << table->name << ": this test would not notice that it is not copied";
  }
}

TEST_F(DumpTest, RestoredStoreWaitsAnewAndHasNoExecutor) {
  ASSERT_TRUE(Restored(Copied(full_)));
  const auto store = OpenSqlStore(empty_);
  const auto contents = (*store)->Load();
  ASSERT_TRUE(contents) << contents.error().message;
  EXPECT_EQ(contents->generation, 2U);
  EXPECT_EQ(contents->waits_from, std::optional(Minute(9)));
  EXPECT_EQ(contents->former_keys.size(), 1U);
  EXPECT_EQ((*store)->TakeLease("b:1", Minute(0), std::chrono::minutes(1), true)->fence, 1U);
}

TEST_F(DumpTest, StoreThatHoldsSomethingIsNotOverwritten) {
  const std::string copy = Copied(full_);
  std::istringstream in(copy);
  const auto refused = Restore(full_, in, Minute(9));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(refused.error().reason, reason::kStoreNotEmpty);
  EXPECT_EQ(Copied(full_), copy);
}

TEST_F(DumpTest, StoreThatIsNotThereIsNotMade) {
  std::ostringstream out;
  EXPECT_EQ(BackUp(empty_, out).error().reason, reason::kBadConfig);
  EXPECT_FALSE(std::filesystem::exists(empty_.file));
}

TEST_F(DumpTest, FullDiskIsTold) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  EXPECT_EQ(BackUp(full_, out).error().reason, reason::kStorageFull);
}

TEST_F(DumpTest, DamagedLineIsNamed) {
  const std::string copy = Copied(full_);
  EXPECT_THAT(Refused(""), HasSubstr("line 1 "));
  EXPECT_THAT(Refused(Changed(copy, "schema 8", "schema 9")), HasSubstr("line 1 "));
  EXPECT_THAT(Refused(Changed(copy, "generation 2", "generation x")), HasSubstr("line 2 "));
  EXPECT_THAT(Refused(Changed(copy, "table domains", "table domain")), HasSubstr("line 3 "));
  EXPECT_THAT(Refused(Changed(copy, "\texample.com", "\texample.com\tmore")), HasSubstr("line 4 "));
  EXPECT_THAT(Refused(Changed(copy, "\texample.com", "\texample.com\\")), HasSubstr("line 4 "));
  EXPECT_THAT(Refused(Changed(copy, "tempfail", "WRONG")), HasSubstr("line 4 ")) << "a constraint";
  EXPECT_THAT(Refused(copy + "\n"), HasSubstr("after the end"));
}

TEST_F(DumpTest, RowThatOnlyThisProgramKnowsForNonsenseIsNamedByItsTable) {
  EXPECT_THAT(Refused(Changed(Copied(full_), "rsa-sha256", "rsa-sha999")), HasSubstr("the copy"));
}

TEST_F(DumpTest, CopyThatWasCutAnywhereIsRefused) {
  const std::string copy = Copied(full_);
  // Without its last end of line it is still whole.
  for (std::size_t length = 0; length + 1 < copy.size(); length += 37) {
    (void)Refused(copy.substr(0, length));
  }
  (void)Refused(copy.substr(0, copy.size() - 2));
}

TEST_F(DumpTest, AnyChangedByteIsNoticed) {
  const std::string copy = Copied(full_);
  for (std::size_t at = 0; at < copy.size(); at += 41) {
    std::string changed = copy;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    (void)Refused(changed);
  }
}

}  // namespace
}  // namespace dkimkeeper

// What is the SQL store's own; what every store promises is in tests/contract.
#include "server/store/sql_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "proto/reason.h"
#include "server/store/sqlite.h"
#include "tests/fakes/sample_keys.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/server/store/sqlite_file.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;
using sample::KeyOf;
using sample::Minute;
using std::chrono::milliseconds;

class SqlStoreTest : public testing::Test {
 protected:
  std::unique_ptr<KeyStore> Open(milliseconds busy_timeout = milliseconds(5000)) {
    auto store = OpenSqlStore({.file = file_, .busy_timeout = busy_timeout});
    EXPECT_TRUE(store) << store.error().message;
    return store ? *std::move(store) : nullptr;
  }

  const TempDir dir_;
  const fs::path file_ = dir_.path() / "keeper.db";
};

fs::perms ModeOf(const fs::path& file) { return fs::status(file).permissions(); }

constexpr fs::perms kPrivate = fs::perms::owner_read | fs::perms::owner_write;

TEST_F(SqlStoreTest, NewFileAndItsLogAreTheOwnersOnly) {
  const mode_t before = ::umask(0);
  const auto store = Open();
  ASSERT_TRUE(store->Commit(0, {}, {}, Minute(0)));
  ::umask(before);
  EXPECT_EQ(ModeOf(file_), kPrivate);
  EXPECT_EQ(ModeOf(file_.string() + "-wal"), kPrivate);
}

TEST_F(SqlStoreTest, FileThatExistsKeepsItsMode) {
  Open().reset();
  fs::permissions(file_, kPrivate | fs::perms::group_read);
  Open().reset();
  EXPECT_EQ(ModeOf(file_), kPrivate | fs::perms::group_read);
}

TEST_F(SqlStoreTest, EachCommitIsSyncedAndReferencesHold) {
  const auto database = OpenSqlite(file_, milliseconds(0));
  ASSERT_TRUE(database);
  ASSERT_TRUE((*database)->MakeDurable());
  soci::session& session = (*database)->session();
  std::string journal;
  int synchronous = 0;
  int foreign_keys = 0;
  session << "PRAGMA journal_mode", soci::into(journal);
  session << "PRAGMA synchronous", soci::into(synchronous);
  session << "PRAGMA foreign_keys", soci::into(foreign_keys);
  EXPECT_EQ(journal, "wal");
  EXPECT_EQ(synchronous, 2);  // FULL
  EXPECT_EQ(foreign_keys, 1);
}

TEST_F(SqlStoreTest, OpensExactlyTheFileThatIsNamed) {
  for (const char* name : {"a b", "a  b ", "x=y", "a b=c timeout=1",
                           ":memory:", "file:x?mode=memory", "b\xc3\xb6se", "'; DROP TABLE keys"}) {
    const fs::path file = dir_.path() / name;
    const auto store = OpenSqlStore({.file = file});
    ASSERT_TRUE(store) << name << ": " << store.error().message;
    ASSERT_TRUE((*store)->Commit(0, {}, {}, Minute(0)));
    EXPECT_EQ(SqliteFile(file).Ask("SELECT generation FROM store_state"), "1") << name;
  }
}

struct BadPath {
  const char* name;
  std::string file;  // below the test's folder
  Code code;
  std::string_view reason;
};

class BadPathTest : public testing::TestWithParam<BadPath> {};

TEST_P(BadPathTest, IsRefused) {
  const TempDir dir;
  fs::create_directory(dir.path() / "folder");
  std::ofstream(dir.path() / "text") << "No database at all, but longer than a header of SQLite's, "
                                        "which is of one hundred octets.";
  const auto store = OpenSqlStore({.file = dir.path() / GetParam().file});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, GetParam().code);
  EXPECT_EQ(store.error().reason, GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadPathTest,
    testing::Values(
        BadPath{"QuotationMark", "a\"b", Code::kInvalidArgument, reason::kBadConfig},
        BadPath{"Nul", std::string("a\0b", 3), Code::kInvalidArgument, reason::kBadConfig},
        BadPath{"MissingFolder", "missing/keeper.db", Code::kUnavailable, reason::kStoreAway},
        BadPath{"Folder", "folder", Code::kUnavailable, reason::kStoreAway},
        BadPath{"NoDatabase", "text", Code::kInternal, reason::kStoreDamaged}),
    [](const auto& info) { return info.param.name; });

TEST(SqlStore, EmptyPathIsRefused) {
  const auto store = OpenSqlStore({.file = {}});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().reason, reason::kBadConfig);
}

TEST_F(SqlStoreTest, WhatAnotherProcessKeepsLockedIsAwayForNow) {
  const auto store = Open(milliseconds(1));
  SqliteFile other(file_);
  other.Run("BEGIN IMMEDIATE");
  const auto refused = store->Commit(0, {PutKey{KeyOf("example.com", "s1")}}, {}, Minute(0));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_EQ(refused.error().reason, reason::kStoreAway);
  EXPECT_GT(refused.error().retry_after, milliseconds::zero());
  EXPECT_EQ(store->Generation(), 0U);  // readers do not wait for a writer
  other.Run("ROLLBACK");
  EXPECT_EQ(store->Commit(0, {}, {}, Minute(0)), 1U);
}

TEST_F(SqlStoreTest, RefusedCommitLeavesNoTransactionOpen) {
  const auto store = Open();
  EXPECT_FALSE(store->Commit(7, {PutKey{KeyOf("example.com", "s1")}}, {}, Minute(0)));
  EXPECT_EQ(Open(milliseconds(1))->Commit(0, {}, {}, Minute(0)), 1U);
}

TEST_F(SqlStoreTest, FileThatWasRemovedWhileOpenIsNoticed) {
  const auto store = Open();
  ASSERT_TRUE(store->Commit(0, {}, {}, Minute(0)));
  const fs::path aside = dir_.path() / "aside.db";
  fs::rename(file_, aside);
  for (const auto& error :
       {store->Commit(1, {}, {}, Minute(0)).error(), store->Generation().error(),
        store->Load().error(), store->FindRequest({.caller = "a", .id = "b"}).error()}) {
    EXPECT_EQ(error.code, Code::kUnavailable);
    EXPECT_EQ(error.reason, reason::kStoreAway);
  }
  fs::rename(aside, file_);
  EXPECT_EQ(store->Commit(1, {}, {}, Minute(0)), 2U);
}

TEST_F(SqlStoreTest, ErrorsTellNoValues) {
  const auto store = Open();
  SqliteFile(file_).Run(
      "CREATE TRIGGER no BEFORE INSERT ON keys BEGIN SELECT raise(ABORT, 'refused'); END");
  Key key = KeyOf("private.example", "s1");
  key.override_reason = "very-private";
  const auto refused = store->Commit(0, {PutKey{key}}, {}, Minute(0));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInternal);
  EXPECT_THAT(refused.error().message, testing::Not(testing::HasSubstr("private")));
}

}  // namespace
}  // namespace dkimkeeper

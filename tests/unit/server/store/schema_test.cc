#include "server/store/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "proto/reason.h"
#include "server/store/sql_store.h"
#include "server/store/sqlite.h"
#include "tests/fakes/sample_keys.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/server/store/sqlite_file.h"
#include "tests/unit/server/store/version1_store.h"
#include "tests/unit/server/store/version2_store.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::Minute;
using sample::SelectorOf;
using std::chrono::milliseconds;

class SchemaTest : public testing::Test {
 protected:
  std::unique_ptr<Database> OpenFile() {
    auto database = OpenSqlite(file_, milliseconds(5000));
    EXPECT_TRUE(database) << database.error().message;
    return *std::move(database);
  }

  std::string Version() { return SqliteFile(file_).Ask("SELECT schema_version FROM store_state"); }

  const TempDir dir_;
  const std::filesystem::path file_ = dir_.path() / "keeper.db";
};

TEST_F(SchemaTest, VersionsCountFromOneWithoutAGap) {
  std::int64_t expected = 1;
  for (const Migration& migration : Migrations()) EXPECT_EQ(migration.version, expected++);
}

TEST_F(SchemaTest, NewStoreIsOfTheNewestVersion) {
  ASSERT_TRUE(OpenSqlStore({.file = file_}));
  EXPECT_EQ(Version(), std::to_string(Migrations().back().version));
}

TEST_F(SchemaTest, StoreOfVersion1IsReadAsItWas) {
  SqliteFile(file_).Run(kVersion1Store);
  const auto store = OpenSqlStore({.file = file_});
  ASSERT_TRUE(store) << store.error().message;
  const auto contents = (*store)->Load();
  ASSERT_TRUE(contents) << contents.error().message;
  EXPECT_EQ(contents->generation, 41U);
  const DomainEntry& entry = contents->domains.at(DomainOf("example.com"));
  EXPECT_TRUE(entry.allow_underscore);
  EXPECT_EQ(entry.fail_policy, FailPolicy::kUnsigned);
  EXPECT_EQ(entry.senders.size(), 2U);
  EXPECT_EQ(entry.placement, Placement()) << "where nobody chose, the first token serves";
  EXPECT_TRUE(entry.sender_placements.empty());
  EXPECT_TRUE(contents->tokens.empty());
  const Key& key = *contents->keys.at({DomainOf("example.com"), SelectorOf("s_1")});
  EXPECT_EQ(key.id.ToHex(), "00112233445566778899aabbccddeeff");
  EXPECT_EQ(key.public_key->record_bytes, "public");
  EXPECT_EQ(key.activated_at, Minute(0));
  EXPECT_THAT(key.lacks, testing::ElementsAre("CKA_LOCAL is false", "CKA_SENSITIVE is false"));
  EXPECT_EQ(contents->grants.size(), 2U);
  const auto request = (*store)->FindRequest({.caller = "dns:ops.example.com", .id = "r1"});
  ASSERT_TRUE(request);
  EXPECT_EQ((*request)->subject, "example.com/s_1");
}

// What later versions added is as if nobody had ever said anything of it.
TEST_F(SchemaTest, StoreOfVersion2IsReadAsItWas) {
  SqliteFile(file_).Run(kVersion1Store);
  SqliteFile(file_).Run(kFrom1To2);
  const auto store = OpenSqlStore({.file = file_});
  ASSERT_TRUE(store) << store.error().message;
  const auto contents = (*store)->Load();
  ASSERT_TRUE(contents) << contents.error().message;
  const DomainEntry& entry = contents->domains.at(DomainOf("example.com"));
  EXPECT_EQ(entry.placement, (Placement{"cold", "hot"}));
  EXPECT_EQ(entry.policy, PolicySettings());
  EXPECT_EQ(entry.paused_at, std::nullopt);
  EXPECT_EQ(entry.delegation_label, "");
  EXPECT_EQ(contents->tokens.at("cold").backed_up_at, Minute(0));
  const Key& key = *contents->keys.at({DomainOf("example.com"), SelectorOf("s_1")});
  EXPECT_EQ(key.activated_at, Minute(0));
  EXPECT_EQ(key.publisher, "");
  EXPECT_EQ(key.shown, RecordStage());
  EXPECT_EQ(key.rotate_at, std::nullopt);
  EXPECT_EQ(key.stop_generation, std::nullopt);
  EXPECT_EQ(key.handed_over_at, std::nullopt);
  EXPECT_FALSE(key.record_foreign);
  EXPECT_EQ(contents->waits_from, std::nullopt);
  EXPECT_TRUE((*store)->TakeLease("a:1", Minute(0), milliseconds(1), true));
  EXPECT_EQ((*store)->Acknowledge({}, Minute(0)), std::vector<AgentAcknowledgement>());
}

TEST_F(SchemaTest, EmptyFileBecomesAStore) {
  std::ofstream(file_).close();
  ASSERT_TRUE(OpenSqlStore({.file = file_}));
  EXPECT_EQ(Version(), std::to_string(Migrations().back().version));
}

// The mechanism, with a step after the last real one.
constexpr std::array<std::string_view, 3> kStep{
    "ALTER TABLE domains ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    "UPDATE domains SET note = 'upgraded'",
    "CREATE TABLE further (name TEXT NOT NULL PRIMARY KEY)",
};
constexpr std::array<std::string_view, 2> kBrokenStep{
    "CREATE TABLE half_done (name TEXT NOT NULL PRIMARY KEY)",
    "UPDATE no_such_table SET a = 1",
};

std::vector<Migration> With(std::span<const std::string_view> statements) {
  std::vector<Migration> migrations(Migrations().begin(), Migrations().end());
  migrations.push_back({migrations.back().version + 1, statements});
  return migrations;
}

TEST_F(SchemaTest, FurtherStepUpgradesAStoreOnDiskAndKeepsWhatItHolds) {
  SqliteFile(file_).Run(kVersion1Store);
  const auto migrations = With(kStep);
  const auto migrated = Migrate(*OpenFile(), migrations);
  ASSERT_TRUE(migrated) << migrated.error().message;
  EXPECT_EQ(Version(), std::to_string(migrations.back().version));
  SqliteFile file(file_);
  EXPECT_EQ(file.Ask("SELECT note FROM domains"), "upgraded");
  EXPECT_EQ(file.Ask("SELECT count(*) FROM keys"), "1");
  EXPECT_EQ(file.Ask("SELECT generation FROM store_state"), "41");
}

TEST_F(SchemaTest, StepIsTakenOnce) {
  const auto migrations = With(kStep);
  ASSERT_TRUE(Migrate(*OpenFile(), migrations));
  ASSERT_TRUE(Migrate(*OpenFile(), migrations));  // a second ADD COLUMN would fail
}

TEST_F(SchemaTest, BrokenStepLeavesTheVersionBeforeIt) {
  SqliteFile(file_).Run(kVersion1Store);
  const auto migrated = Migrate(*OpenFile(), With(kBrokenStep));
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.error().code, Code::kInternal);
  EXPECT_EQ(Version(), std::to_string(Migrations().back().version));
  EXPECT_EQ(SqliteFile(file_).Ask("SELECT name FROM sqlite_master WHERE name = 'half_done'"), "");
  EXPECT_TRUE(OpenSqlStore({.file = file_}));
}

TEST_F(SchemaTest, NewerStoreIsRefusedAndNotTouched) {
  ASSERT_TRUE(OpenSqlStore({.file = file_}));
  ASSERT_TRUE(Migrate(*OpenFile(), With(kStep)));
  SqliteFile(file_).Run("PRAGMA journal_mode = DELETE");  // opening must not even change this
  const std::string before = BytesOf(file_);
  const auto store = OpenSqlStore({.file = file_});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(store.error().reason, reason::kStoreTooNew);
  EXPECT_EQ(BytesOf(file_), before);
}

TEST_F(SchemaTest, StoreUpgradedWhileOpenIsRefusedByEveryCall) {
  const auto store = OpenSqlStore({.file = file_});
  ASSERT_TRUE(store);
  ASSERT_TRUE(Migrate(*OpenFile(), With(kStep)));
  EXPECT_EQ((*store)->Load().error().reason, reason::kStoreTooNew);
  EXPECT_EQ((*store)->Generation().error().reason, reason::kStoreTooNew);
  EXPECT_EQ((*store)->Commit(0, {}, {}, Minute(0)).error().reason, reason::kStoreTooNew);
  EXPECT_EQ((*store)->FindRequest({.caller = "a", .id = "b"}).error().reason, reason::kStoreTooNew);
  EXPECT_EQ(SqliteFile(file_).Ask("SELECT generation FROM store_state"), "0");
}

TEST_F(SchemaTest, AnotherProgramsDatabaseIsRefusedAndNotTouched) {
  SqliteFile(file_).Run("CREATE TABLE bookmarks (url TEXT)");
  const std::string before = BytesOf(file_);
  const auto store = OpenSqlStore({.file = file_});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::kInvalidArgument);
  EXPECT_EQ(store.error().reason, reason::kBadConfig);
  EXPECT_EQ(BytesOf(file_), before);
}

TEST_F(SchemaTest, SeveralDaemonsMayCreateOneStoreAtOnce) {
  std::vector<Outcome> outcomes(8);
  std::vector<std::thread> daemons;
  for (Outcome& outcome : outcomes) {
    daemons.emplace_back([this, &outcome] {
      if (const auto store = OpenSqlStore({.file = file_}); !store) outcome = Forward(store);
    });
  }
  for (std::thread& daemon : daemons) daemon.join();
  for (const Outcome& outcome : outcomes) {
    EXPECT_TRUE(outcome) << outcome.error().message;
  }
}

}  // namespace
}  // namespace dkimkeeper

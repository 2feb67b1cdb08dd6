// What is the store's own on PostgreSQL; what every store promises is in tests/contract.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "proto/reason.h"
#include "server/store/migrations.h"
#include "server/store/sql_store.h"
#include "tests/fakes/postgresql_server.h"
#include "tests/fakes/sample_keys.h"
#include "tests/unit/server/store/approvals_kept.h"
#include "tests/unit/server/store/full_store.h"

namespace dkimkeeper {
namespace {

using sample::KeyOf;
using sample::Minute;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class PostgresqlStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    if (server_ == nullptr) GTEST_SKIP() << "no PostgreSQL here";
    connection_ = server_->NewDatabase();
  }

  Result<std::unique_ptr<KeyStore>> TryOpen(milliseconds busy_timeout = milliseconds(5000)) {
    return OpenSqlStore({.postgresql = connection_, .busy_timeout = busy_timeout});
  }
  std::unique_ptr<KeyStore> Open(milliseconds busy_timeout = milliseconds(5000)) {
    auto store = TryOpen(busy_timeout);
    EXPECT_TRUE(store) << store.error().message;
    return store ? *std::move(store) : nullptr;
  }
  std::string Run(const std::string& sql) { return server_->Run(connection_, sql); }
  void DropConnections() {
    Run("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
        " WHERE application_name = 'dkimkeeperd' AND datname = current_database()");
  }

  PostgresqlServer* server_ = PostgresqlServer::Shared();
  std::string connection_;
};

TEST_F(PostgresqlStoreTest, CommitIsOnTheDiskWhateverTheServersDefault) {
  Run("ALTER ROLE postgres IN DATABASE " + Run("SELECT current_database()") +
      " SET synchronous_commit = off");
  const auto store = Open();
  EXPECT_EQ(Run("SHOW synchronous_commit"), "off");
  // Seen from within: the trigger writes down what holds in the store's own session.
  Run("CREATE TABLE seen (what text);"
      " CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit') || ' ' ||"
      " current_setting('transaction_isolation')); RETURN NEW; END$$;"
      " CREATE TRIGGER look BEFORE UPDATE ON store_state FOR EACH ROW EXECUTE FUNCTION look()");
  EXPECT_EQ(store->Commit(0, {}, {}, Minute(0)), 1U);
  EXPECT_EQ(Run("SELECT what FROM seen"), "on serializable");
}

TEST_F(PostgresqlStoreTest, ApprovalsAreKept) {
  ASSERT_NE(Open(), nullptr);
  ExpectApprovalsKept({.postgresql = connection_});
}

TEST_F(PostgresqlStoreTest, ServerThatIsAwayIsToldAndComesBackByItself) {
  const auto store = Open();
  ASSERT_EQ(store->Commit(0, {}, {}, Minute(0)), 1U);
  server_->Stop();
  for (const auto& error :
       {store->Commit(1, {}, {}, Minute(0)).error(), store->Generation().error(),
        store->Load().error(), store->FindRequest({.caller = "a", .id = "b"}).error(),
        TryOpen().error()}) {
    EXPECT_EQ(error.code, Code::kUnavailable) << error.message;
    EXPECT_EQ(error.reason, reason::kStoreAway);
  }
  server_->Start();
  EXPECT_EQ(store->Commit(1, {}, {}, Minute(0)), 2U);
  EXPECT_EQ(store->Generation(), 2U);
}

TEST_F(PostgresqlStoreTest, ConnectionLostBetweenCallsCostsNoCall) {
  const auto store = Open();
  for (std::uint64_t generation = 0; generation < 3; ++generation) {
    EXPECT_EQ(store->Commit(generation, {PutKey{KeyOf("example.com", "s1")}}, {}, Minute(0)),
              generation + 1);
    DropConnections();
    EXPECT_EQ(store->Load()->keys.size(), 1U);
    DropConnections();
  }
}

TEST_F(PostgresqlStoreTest, ConnectionLostInACommitLeavesNothingOfIt) {
  const auto store = Open();
  Run("CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END$$;"
      " CREATE TRIGGER die BEFORE INSERT ON keys FOR EACH ROW EXECUTE FUNCTION die()");
  const auto lost = store->Commit(0, {PutKey{KeyOf("example.com", "s1")}}, {}, Minute(0));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().reason, reason::kStoreAway) << lost.error().message;
  EXPECT_EQ(store->Generation(), 0U);
  Run("DROP TRIGGER die ON keys");
  EXPECT_EQ(store->Commit(0, {PutKey{KeyOf("example.com", "s1")}}, {}, Minute(0)), 1U);
}

TEST_F(PostgresqlStoreTest, DiskThatIsFullLosesNothingAndHealsByItself) {
  const auto store = Open();
  Run("CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END$$;"
      " CREATE TRIGGER fill BEFORE INSERT ON keys FOR EACH ROW EXECUTE FUNCTION fill()");
  const auto full = store->Commit(0, {PutKey{KeyOf("example.com", "s1")}}, {}, Minute(0));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Code::kResourceExhausted);
  EXPECT_EQ(full.error().reason, reason::kStorageFull);
  EXPECT_EQ(store->Load()->generation, 0U);
  Run("DROP TRIGGER fill ON keys");
  EXPECT_EQ(store->Commit(0, {PutKey{KeyOf("example.com", "s1")}}, {}, Minute(0)), 1U);
}

TEST_F(PostgresqlStoreTest, ErrorsTellNoValues) {
  const auto store = Open();
  Run("ALTER TABLE keys ADD CHECK (override_reason = '')");
  Key key = KeyOf("private.example", "s1");
  key.override_reason = "very-private";
  const auto refused = store->Commit(0, {PutKey{key}}, {}, Minute(0));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInternal);
  EXPECT_THAT(refused.error().message, HasSubstr("23514"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("private")));
}

TEST_F(PostgresqlStoreTest, WhatAnotherKeepsLockedIsAwayForNow) {
  const auto store = Open(milliseconds(1));
  std::thread other([&] {  // ends when its connection is dropped below
    (void)server_->TryRun(connection_, "BEGIN; LOCK store_state; SELECT pg_sleep(600) AS holding");
  });
  const std::string holding =
      " FROM pg_stat_activity WHERE query LIKE '%AS holding' AND wait_event = 'PgSleep'"
      " AND datname = current_database()";
  while (Run("SELECT count(*)" + holding) != "1") {
  }
  const auto refused = store->Commit(0, {}, {}, Minute(0));
  Run("SELECT pg_terminate_backend(pid)" + holding);
  other.join();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_EQ(refused.error().reason, reason::kStoreAway);
  EXPECT_GT(refused.error().retry_after, milliseconds::zero());
}

TEST_F(PostgresqlStoreTest, DaemonsThatWriteAtOnceAllComeThrough) {
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> daemons;
    for (int number = 0; number < 3; ++number) {
      daemons.emplace_back([this, number, &failures] {
        const auto store = Open();
        const std::string name = "d" + std::to_string(number);
        for (int i = 0; i < 20; ++i) {
          const auto lease = store->TakeLease(name, Minute(i), milliseconds(1), true);
          if (!lease && lease.error().reason != reason::kLeaseHeld) ++failures;
          if (!store->Beat({name, 0, Minute(i)}, Minute(0))) ++failures;
          if (!store->PutCheck(KeyOf("example.com", "s1").id, {Minute(i), name})) ++failures;
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
}

TEST_F(PostgresqlStoreTest, SeveralDaemonsMayCreateOneStoreAtOnce) {
  std::vector<Outcome> outcomes(6);
  {
    std::vector<std::jthread> daemons;
    for (Outcome& outcome : outcomes) {
      daemons.emplace_back([this, &outcome] {
        if (const auto store = TryOpen(); !store) outcome = Forward(store);
      });
    }
  }
  for (const Outcome& outcome : outcomes) EXPECT_TRUE(outcome) << outcome.error().message;
}

TEST_F(PostgresqlStoreTest, NewerStoreIsRefusedAndNotTouched) {
  const auto store = Open();
  Run("UPDATE store_state SET schema_version = schema_version + 1");
  EXPECT_EQ(TryOpen().error().reason, reason::kStoreTooNew);
  EXPECT_EQ(store->Load().error().reason, reason::kStoreTooNew);
  EXPECT_EQ(store->Commit(0, {}, {}, Minute(0)).error().reason, reason::kStoreTooNew);
  EXPECT_EQ(Run("SELECT schema_version FROM store_state"),
            std::to_string(Migrations().back().version + 1));
}

TEST_F(PostgresqlStoreTest, DamagedRowIsToldByTableAndColumn) {
  const auto store = Open();
  ASSERT_TRUE(store->Commit(0, {PutKey{KeyOf("example.com", "s1")}}, {}, Minute(0)));
  Run("UPDATE keys SET algorithm = 'WRONG'");
  const auto contents = store->Load();
  ASSERT_FALSE(contents);
  EXPECT_EQ(contents.error().reason, reason::kStoreDamaged);
  EXPECT_THAT(contents.error().message, HasSubstr("table keys"));
  Run("DROP TABLE grants");
  EXPECT_EQ(Open()->Load().error().reason, reason::kStoreDamaged);
}

TEST_F(PostgresqlStoreTest, CopyGoesFromFileToServerAndBack) {
  const TempDir dir;
  const SqlStoreOptions file{.file = dir.path() / "a.db"};
  const SqlStoreOptions server{.postgresql = connection_};
  Fill(file);
  const auto copied = [](const SqlStoreOptions& options) {
    std::stringstream copy;
    const auto made = BackUp(options, copy);
    EXPECT_TRUE(made) << made.error().message;
    return copy;
  };
  std::stringstream copy = copied(file);
  const auto restored = Restore(server, copy, Minute(9));
  ASSERT_TRUE(restored) << restored.error().message;
  std::stringstream again = copied(server);
  EXPECT_EQ(again.str(), copy.str());
  const SqlStoreOptions back{.file = dir.path() / "b.db"};
  ASSERT_TRUE(Restore(back, again, Minute(9)));
  EXPECT_EQ(copied(back).str(), copy.str());
}

TEST_F(PostgresqlStoreTest, DamagedCopyIsRefusedByItsLine) {
  std::stringstream copy;
  copy << "dkimkeeper-store 1, schema 8\ngeneration 1\n"
          "table domains domain allow_underscore fail_policy created_at token standby_token"
          " paused_at waits_from removing_at delegation_label\n"
          "row\ta.example\tWRONG\ttempfail\t0\t\t\t\\N\t\\N\t\\N\t\n";
  const auto refused = Restore({.postgresql = connection_}, copy, Minute(9));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, reason::kBadDocument) << refused.error().message;
  EXPECT_THAT(refused.error().message, HasSubstr("line 4 "));
}

struct BadDatabase {
  const char* name;
  const char* sql;  // run in the database first
  Code code;
  std::string_view reason;
};

class BadDatabaseTest : public PostgresqlStoreTest,
                        public testing::WithParamInterface<BadDatabase> {};

TEST_P(BadDatabaseTest, IsRefused) {
  Run(GetParam().sql);
  const auto store = TryOpen();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, GetParam().code) << store.error().message;
  EXPECT_EQ(store.error().reason, GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadDatabaseTest,
    testing::Values(
        BadDatabase{"AnotherPrograms", "CREATE TABLE bookmarks (url text)", Code::kInvalidArgument,
                    reason::kBadConfig},
        BadDatabase{"ReadOnly",
                    "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only"
                    " = on', current_database()); END$$",
                    Code::kUnavailable, reason::kStoreAway},
        BadDatabase{"NoSchema", "DROP SCHEMA public", Code::kInternal, reason::kInternal}),
    [](const auto& info) { return info.param.name; });

TEST_F(PostgresqlStoreTest, DatabaseThatDoesNotKeepEveryTextIsRefused) {
  Run("CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0");
  connection_ = connection_.substr(0, connection_.rfind('=')) + "=ascii";
  const auto store = TryOpen();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().reason, reason::kStoreAway);
  EXPECT_THAT(store.error().message, HasSubstr("UTF8"));
}

class PasswordTest : public PostgresqlStoreTest {
 protected:
  void SetUp() override {
    PostgresqlStoreTest::SetUp();
    if (server_ == nullptr) return;
    Run(std::string("DO $$BEGIN CREATE ROLE ") + PostgresqlServer::kPasswordUser +
        R"( SUPERUSER LOGIN PASSWORD E'very-private\' \\"x';)" +
        " EXCEPTION WHEN duplicate_object THEN NULL; END$$");
    const std::string from = "user=postgres";
    connection_.replace(connection_.find(from), from.size(),
                        std::string("user=") + PostgresqlServer::kPasswordUser);
  }
  Result<std::unique_ptr<KeyStore>> OpenWith(const std::string& password,
                                             const std::string& connection) {
    const auto file = dir_.path() / "password";
    std::ofstream(file) << password;
    return OpenSqlStore({.postgresql = connection, .password_file = file});
  }

  const TempDir dir_;
};

TEST_F(PasswordTest, IsReadFromItsFile) {
  const auto store = OpenWith("very-private' \\\"x\n", connection_);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ((*store)->Generation(), 0U);
}

TEST_F(PasswordTest, IsInNoError) {
  const std::string host = connection_.substr(0, connection_.find(' '));
  for (const std::string& connection :
       {connection_, host + " dbname", host + " dbname=x\\", host + " dbname='x", host + " hst=a",
        std::string("host=/no/such/folder"), std::string("x")}) {
    const auto store = OpenWith("very-private", connection);
    ASSERT_FALSE(store) << connection;
    EXPECT_EQ(store.error().reason, reason::kStoreAway);
    EXPECT_THAT(store.error().message, Not(HasSubstr("very"))) << connection;
  }
}

TEST_F(PasswordTest, FileThatIsMissingIsTold) {
  const auto store =
      OpenSqlStore({.postgresql = connection_, .password_file = dir_.path() / "none"});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().reason, reason::kStoreAway);
  EXPECT_THAT(store.error().message, HasSubstr("password_file"));
}

}  // namespace
}  // namespace dkimkeeper

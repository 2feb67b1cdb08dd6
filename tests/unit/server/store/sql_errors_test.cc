#include "server/store/sql_errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <sqlite3.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include "proto/reason.h"
#include "server/store/sqlite.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {
namespace {

struct CodeRow {
  const char* name;
  int sqlite;
  Code code;
  std::string_view reason;
};

class SqliteErrorTest : public testing::TestWithParam<CodeRow> {};

TEST_P(SqliteErrorTest, IsThisError) {
  const Error error = SqliteError(GetParam().sqlite, "writing the key store");
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_EQ(error.reason, GetParam().reason);
  EXPECT_THAT(error.message, testing::StartsWith("writing the key store: "));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SqliteErrorTest,
    testing::Values(
        CodeRow{"Full", SQLITE_FULL, Code::kResourceExhausted, reason::kStorageFull},
        CodeRow{"WriteRefused", SQLITE_IOERR_WRITE, Code::kResourceExhausted, reason::kStorageFull},
        CodeRow{"SyncRefused", SQLITE_IOERR_FSYNC, Code::kResourceExhausted, reason::kStorageFull},
        CodeRow{"IndexRefused", SQLITE_IOERR_SHMSIZE, Code::kResourceExhausted,
                reason::kStorageFull},
        CodeRow{"ReadFailed", SQLITE_IOERR_READ, Code::kUnavailable, reason::kStoreAway},
        CodeRow{"CannotOpen", SQLITE_CANTOPEN, Code::kUnavailable, reason::kStoreAway},
        CodeRow{"ReadOnly", SQLITE_READONLY, Code::kUnavailable, reason::kStoreAway},
        CodeRow{"Busy", SQLITE_BUSY, Code::kUnavailable, reason::kStoreAway},
        CodeRow{"BusyBehindASnapshot", SQLITE_BUSY_SNAPSHOT, Code::kUnavailable,
                reason::kStoreAway},
        CodeRow{"Corrupt", SQLITE_CORRUPT, Code::kInternal, reason::kStoreDamaged},
        CodeRow{"CorruptIndex", SQLITE_CORRUPT_INDEX, Code::kInternal, reason::kStoreDamaged},
        CodeRow{"NoDatabase", SQLITE_NOTADB, Code::kInternal, reason::kStoreDamaged},
        CodeRow{"Constraint", SQLITE_CONSTRAINT_PRIMARYKEY, Code::kInternal, reason::kInternal},
        CodeRow{"Syntax", SQLITE_ERROR, Code::kInternal, reason::kInternal}),
    [](const auto& info) { return info.param.name; });

TEST(SqliteError, OnlyALockIsWorthARetry) {
  EXPECT_GT(SqliteError(SQLITE_BUSY, "x").retry_after, std::chrono::milliseconds::zero());
  EXPECT_EQ(SqliteError(SQLITE_FULL, "x").retry_after, std::chrono::milliseconds::zero());
}

struct StateRow {
  const char* name;
  const char* state;
  Code code;
  std::string_view reason;
};

class PostgresqlErrorTest : public testing::TestWithParam<StateRow> {};

TEST_P(PostgresqlErrorTest, IsThisError) {
  const Error error = PostgresqlError(GetParam().state, "writing the key store");
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_EQ(error.reason, GetParam().reason);
  EXPECT_THAT(error.message, testing::StartsWith("writing the key store: "));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, PostgresqlErrorTest,
    testing::Values(StateRow{"DiskFull", "53100", Code::kResourceExhausted, reason::kStorageFull},
                    StateRow{"OutOfMemory", "53200", Code::kUnavailable, reason::kStoreAway},
                    StateRow{"TooManyConnections", "53300", Code::kUnavailable, reason::kStoreAway},
                    StateRow{"ConnectionLost", "08000", Code::kUnavailable, reason::kStoreAway},
                    StateRow{"ConnectionFailure", "08006", Code::kUnavailable, reason::kStoreAway},
                    StateRow{"AdminShutdown", "57P01", Code::kUnavailable, reason::kStoreAway},
                    StateRow{"StatementTimeout", "57014", Code::kUnavailable, reason::kStoreAway},
                    StateRow{"LockTimeout", "55P03", Code::kUnavailable, reason::kStoreAway},
                    StateRow{"Serialization", "40001", Code::kUnavailable, reason::kStoreAway},
                    StateRow{"Deadlock", "40P01", Code::kUnavailable, reason::kStoreAway},
                    StateRow{"IoError", "58030", Code::kUnavailable, reason::kStoreAway},
                    StateRow{"StandbyOnly", "25006", Code::kUnavailable, reason::kStoreAway},
                    StateRow{"NoPrivilege", "42501", Code::kUnavailable, reason::kStoreAway},
                    StateRow{"Corrupt", "XX001", Code::kInternal, reason::kStoreDamaged},
                    StateRow{"TableGone", "42P01", Code::kInternal, reason::kStoreDamaged},
                    StateRow{"Unique", "23505", Code::kInternal, reason::kInternal},
                    StateRow{"Syntax", "42601", Code::kInternal, reason::kInternal},
                    StateRow{"None", "     ", Code::kInternal, reason::kInternal}),
    [](const auto& info) { return info.param.name; });

TEST(PostgresqlError, OnlyALockOrAConflictIsWorthARetryAtOnce) {
  for (const char* state : {"40001", "40P01", "55P03"}) {
    EXPECT_GT(PostgresqlError(state, "x").retry_after, std::chrono::milliseconds::zero());
  }
  EXPECT_EQ(PostgresqlError("53100", "x").retry_after, std::chrono::milliseconds::zero());
}

TEST(WithSqlErrors, TellsWhyThereIsNoConnection) {
  const Outcome refused = WithSqlErrors("opening the key store",
                                        []() -> Outcome { throw ConnectError("no such host"); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, reason::kStoreAway);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("no such host"));
}

TEST(WithSqlErrors, TellsNeitherStatementNorValues) {
  const TempDir dir;
  const auto database = OpenSqlite(dir.path() / "x.db", std::chrono::milliseconds(0));
  ASSERT_TRUE(database);
  soci::session& session = (*database)->session();
  const Outcome refused = WithSqlErrors("writing the key store", [&]() -> Outcome {
    const std::string value = "very-private";
    session << "CREATE TABLE t (a TEXT PRIMARY KEY)";
    session << "INSERT INTO t (a) VALUES (:a)", soci::use(value);
    session << "INSERT INTO t (a) VALUES (:a)", soci::use(value);
    return {};
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInternal);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("constraint"));
  EXPECT_THAT(refused.error().message, testing::Not(testing::HasSubstr("private")));
  EXPECT_THAT(refused.error().message, testing::Not(testing::HasSubstr("INSERT")));
}

TEST(WithSqlErrors, TakesExceptionsThatAreNotTheDatabases) {
  for (const bool soci : {false, true}) {
    const Outcome refused = WithSqlErrors("reading the key store", [&]() -> Outcome {
      if (soci) throw soci::soci_error("very-private");
      throw std::runtime_error("very-private");
    });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, reason::kInternal);
    EXPECT_THAT(refused.error().message, testing::Not(testing::HasSubstr("private")));
  }
}

TEST(WithSqlErrors, PassesResultsOn) {
  const auto act = []() -> Result<int> { return 7; };
  EXPECT_EQ(WithSqlErrors("x", act), 7);
}

}  // namespace
}  // namespace dkimkeeper

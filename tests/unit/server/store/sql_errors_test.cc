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

TEST(WithSqlErrors, TellsNeitherStatementNorValues) {
  const TempDir dir;
  const auto session = OpenSqlite(dir.path() / "x.db", std::chrono::milliseconds(0));
  ASSERT_TRUE(session);
  const Outcome refused = WithSqlErrors("writing the key store", [&]() -> Outcome {
    const std::string value = "very-private";
    **session << "CREATE TABLE t (a TEXT PRIMARY KEY)";
    **session << "INSERT INTO t (a) VALUES (:a)", soci::use(value);
    **session << "INSERT INTO t (a) VALUES (:a)", soci::use(value);
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

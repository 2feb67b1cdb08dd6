#include "server/store/sql_approvals.h"

#include <gtest/gtest.h>

#include "tests/fakes/temp_dir.h"
#include "tests/unit/server/store/approvals_kept.h"

namespace dkimkeeper {
namespace {

TEST(SqlApprovals, AreKeptInAFile) {
  const TempDir dir;
  const SqlStoreOptions options{.file = dir.path() / "store.db"};
  ASSERT_TRUE(OpenSqlStore(options));
  ExpectApprovalsKept(options);
}

}  // namespace
}  // namespace dkimkeeper

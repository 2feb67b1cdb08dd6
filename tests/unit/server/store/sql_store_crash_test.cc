// A writer that dies at any moment: what it was told is stored, is stored.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "server/store/sql_store.h"
#include "tests/fakes/sample_keys.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/server/store/forked.h"
#include "tests/unit/server/store/sqlite_file.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::KeyOf;
using sample::Minute;

// Two rows that belong together, in domains named after the generation that they make.
std::vector<Change> ChangesFor(std::uint64_t generation) {
  const std::string domain = "d" + std::to_string(generation) + ".example";
  return {PutDomain{{.domain = DomainOf(domain),
                     .allow_underscore = false,
                     .fail_policy = FailPolicy::kTempfail,
                     .senders = {Sender::Default()},
                     .created_at = Minute(0)}},
          PutKey{KeyOf(domain, "s1")}};
}

void CommitForEver(const std::filesystem::path& file, const ForkedChild::Report& report) {
  const auto store = OpenSqlStore({.file = file});
  if (!store) return;
  auto generation = (*store)->Generation();
  while (generation) {
    generation = (*store)->Commit(*generation, ChangesFor(*generation + 1), {}, Minute(0));
    if (generation) report(*generation);
  }
}

TEST(SqlStoreCrash, WriterKilledBetweenAndInsideCommitsLosesNothingItAcknowledged) {
  const TempDir dir;
  const auto file = dir.path() / "keeper.db";
  std::uint64_t before = 0;
  for (const int acknowledged : {1, 2, 3, 5, 8, 13, 21, 34}) {
    ForkedChild writer([&file](const auto& report) { CommitForEver(file, report); });
    std::uint64_t last = before;
    for (int i = 0; i < acknowledged; ++i) last = writer.Next().value_or(0);
    writer.Kill();
    while (const auto later = writer.Next()) last = *later;
    ASSERT_EQ(writer.Wait(), -1) << "the writer ended by itself";
    ASSERT_GE(last, before + static_cast<std::uint64_t>(acknowledged));

    const auto store = OpenSqlStore({.file = file});
    ASSERT_TRUE(store) << store.error().message;
    const auto contents = (*store)->Load();
    ASSERT_TRUE(contents) << contents.error().message;
    // The commit it died in may be there too, wholly.
    EXPECT_GE(contents->generation, last);
    EXPECT_LE(contents->generation, last + 1);
    EXPECT_EQ(contents->domains.size(), contents->generation);
    EXPECT_EQ(contents->keys.size(), contents->generation);
    EXPECT_EQ(SqliteFile(file).Ask("PRAGMA integrity_check"), "ok");
    before = contents->generation;
  }
}

}  // namespace
}  // namespace dkimkeeper

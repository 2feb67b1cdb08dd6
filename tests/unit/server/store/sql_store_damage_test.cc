// Whatever a file holds, loading it ends in contents or in an error that says where the damage is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "proto/reason.h"
#include "server/store/sql_store.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/server/store/sqlite_file.h"
#include "tests/unit/server/store/version1_store.h"

namespace dkimkeeper {
namespace {

// One of each table that version 3 added.
constexpr char kRowsOfVersion3[] = R"(
INSERT INTO settings VALUES ('example.com', '', 'drain', '7d'),
  ('example.com', 'newsletter', 'drain', '1d');
INSERT INTO former_keys (domain, selector, key_id, sender, algorithm, rsa_bits, origin, token,
    created_at, compromised, override_reason, override_by, publisher, record_foreign, destroy_now)
  VALUES ('example.com', 's_1', 'aa', 'default', 'rsa-sha256', 2048, 'generated', 'main', 0, 0, '',
    '', '', 0, 0);
INSERT INTO former_key_lacks VALUES ('example.com', 's_1', 'aa', 0, 'CKA_LOCAL is false');
INSERT INTO reserved_selectors VALUES ('example.com', 's2');
)";

struct DamageRow {
  const char* name;
  const char* sql;
  const char* table;
  const char* column;
};

class DamagedRowTest : public testing::TestWithParam<DamageRow> {};

TEST_P(DamagedRowTest, IsToldByTableAndColumn) {
  const TempDir dir;
  const auto file = dir.path() / "keeper.db";
  SqliteFile(file).Run(kVersion1Store);
  const auto store = OpenSqlStore({.file = file});
  ASSERT_TRUE(store);
  SqliteFile(file).Run(kRowsOfVersion3);
  ASSERT_TRUE((*store)->Load());
  SqliteFile(file).Run(std::string("PRAGMA ignore_check_constraints = ON; ") + GetParam().sql);
  const auto contents = (*store)->Load();
  ASSERT_FALSE(contents);
  EXPECT_EQ(contents.error().code, Code::kInternal);
  EXPECT_EQ(contents.error().reason, reason::kStoreDamaged);
  const std::string& message = contents.error().message;
  EXPECT_THAT(message, testing::HasSubstr(std::string("table ") + GetParam().table));
  EXPECT_THAT(message, testing::HasSubstr(GetParam().column));
  EXPECT_THAT(message, testing::Not(testing::HasSubstr("WRONG")));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DamagedRowTest,
    testing::Values(
        DamageRow{"GenerationNoNumber", "UPDATE store_state SET generation = 'WRONG'",
                  "store_state", "column generation"},
        DamageRow{"GenerationNegative", "UPDATE store_state SET generation = -1", "store_state",
                  "column generation"},
        DamageRow{"StateGone", "DELETE FROM store_state", "store_state", "empty"},
        DamageRow{"DomainName", "UPDATE domains SET domain = 'WRONG.example'", "domains",
                  "row 1 in order of domain, column domain"},
        DamageRow{"DomainFlag", "UPDATE domains SET allow_underscore = 2", "domains",
                  "column allow_underscore"},
        DamageRow{"FailPolicy", "UPDATE domains SET fail_policy = 'WRONG'", "domains",
                  "column fail_policy"},
        DamageRow{"DomainTime", "UPDATE domains SET created_at = 1.5", "domains",
                  "column created_at"},
        DamageRow{"SenderName", "UPDATE senders SET sender = '-' WHERE sender = 'newsletter'",
                  "senders", "row 1 in order of domain, sender, column sender"},
        DamageRow{"SenderWithoutDomain", "DELETE FROM domains", "senders", "column domain"},
        DamageRow{"KeyDomain", "UPDATE keys SET domain = 'WRONG one'", "keys", "column domain"},
        DamageRow{"KeySelector", "UPDATE keys SET selector = 'WRONG..s'", "keys",
                  "column selector"},
        DamageRow{"KeySender", "UPDATE keys SET sender = ''", "keys", "column sender"},
        DamageRow{"KeyAlgorithm", "UPDATE keys SET algorithm = 'rsa-sha1'", "keys",
                  "column algorithm"},
        DamageRow{"KeyBits", "UPDATE keys SET rsa_bits = -2048", "keys", "column rsa_bits"},
        DamageRow{"KeyBitsTooLarge", "UPDATE keys SET rsa_bits = 4294967296", "keys",
                  "column rsa_bits"},
        DamageRow{"KeyOrigin", "UPDATE keys SET origin = 'WRONG'", "keys", "column origin"},
        DamageRow{"KeyId", "UPDATE keys SET key_id = 'WRONG'", "keys", "column key_id"},
        DamageRow{"KeyIdUpperCase", "UPDATE keys SET key_id = upper(key_id)", "keys",
                  "column key_id"},
        DamageRow{"PublicKey", "UPDATE keys SET public_key = 'WRONG!'", "keys",
                  "column public_key"},
        DamageRow{"PublicKeyCut", "UPDATE keys SET public_key = substr(public_key, 1, 7)", "keys",
                  "column public_key"},
        DamageRow{"KeyTimeNoNumber", "UPDATE keys SET created_at = 'WRONG'", "keys",
                  "column created_at"},
        DamageRow{"KeyTimeEmpty", "UPDATE keys SET activated_at = ''", "keys",
                  "column activated_at"},
        DamageRow{"KeyTimeTooLarge", "UPDATE keys SET retired_at = 9e30", "keys",
                  "column retired_at"},
        DamageRow{"KeyCompromised", "UPDATE keys SET compromised = 'WRONG'", "keys",
                  "column compromised"},
        DamageRow{"LackWithoutKey", "DELETE FROM keys", "key_lacks", "column selector"},
        DamageRow{"KeyStage", "UPDATE keys SET withdrawn_proven_at = 'WRONG'", "keys",
                  "column withdrawn_proven_at"},
        DamageRow{"KeyStopGeneration", "UPDATE keys SET stop_generation = -1", "keys",
                  "column stop_generation"},
        DamageRow{"SenderRemoving", "UPDATE senders SET removing_at = 'WRONG'", "senders",
                  "column removing_at"},
        DamageRow{"SettingSender", "UPDATE settings SET sender = '-' WHERE sender = ''", "settings",
                  "column sender"},
        DamageRow{"SettingWithoutDomain", "UPDATE settings SET domain = 'other.example'",
                  "settings", "column domain"},
        DamageRow{"FormerKeyTime", "UPDATE former_keys SET created_at = 'WRONG'", "former_keys",
                  "column created_at"},
        DamageRow{"FormerLackWithoutKey", "DELETE FROM former_keys", "former_key_lacks",
                  "column key_id"},
        DamageRow{"ReservedSelector", "UPDATE reserved_selectors SET selector = 'WRONG..s'",
                  "reserved_selectors", "column selector"},
        DamageRow{"WaitsFrom", "UPDATE store_state SET waits_from = 'WRONG'", "store_state",
                  "column waits_from"},
        DamageRow{"GrantIdentity", "UPDATE grants SET identity = 'WRONG' WHERE verb = 'sign'",
                  "grants", "column identity"},
        DamageRow{"GrantVerb", "UPDATE grants SET verb = 'WRONG' WHERE verb = 'sign'", "grants",
                  "column verb"},
        DamageRow{"GrantDomain", "UPDATE grants SET domain = 'WRONG' WHERE verb = 'sign'", "grants",
                  "column domain"},
        DamageRow{"GrantSenderOfEveryDomain",
                  "UPDATE grants SET sender = 'crm' WHERE verb = 'administer'", "grants",
                  "column sender"}),
    [](const auto& info) { return info.param.name; });

TEST(DamagedRequest, IsToldByTableAndColumn) {
  const TempDir dir;
  const auto file = dir.path() / "keeper.db";
  SqliteFile(file).Run(kVersion1Store);
  SqliteFile(file).Run("UPDATE requests SET recorded_at = 'WRONG'");
  const auto store = OpenSqlStore({.file = file});
  ASSERT_TRUE(store);
  const auto request = (*store)->FindRequest({.caller = "dns:ops.example.com", .id = "r1"});
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().reason, reason::kStoreDamaged);
  EXPECT_THAT(request.error().message, testing::HasSubstr("table requests"));
}

TEST(DamagedFile, CutShortIsDamagedNotEmpty) {
  const TempDir dir;
  const auto file = dir.path() / "keeper.db";
  SqliteFile(file).Run(kVersion1Store);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  const auto store = OpenSqlStore({.file = file});
  const auto contents = store ? (*store)->Load() : tl::unexpected<Error>(store.error());
  ASSERT_FALSE(contents);
  EXPECT_EQ(contents.error().reason, reason::kStoreDamaged);
}

// Under the sanitizers this is also a search for crashes.
TEST(DamagedFile, AnyFlippedByteEndsInContentsOrAnError) {
  const TempDir dir;
  const auto whole = dir.path() / "whole.db";
  SqliteFile(whole).Run(kVersion1Store);
  const std::string bytes = BytesOf(whole);
  const auto file = dir.path() / "flipped.db";
  constexpr std::size_t kStride = 769;  // prime, so that it walks through the parts of a page
  int errors = 0;
  for (std::size_t at = 0; at < bytes.size(); at += kStride) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(~flipped[at]);
    std::ofstream(file, std::ios::binary) << flipped;
    const auto store = OpenSqlStore({.file = file});
    const auto contents = store ? (*store)->Load() : tl::unexpected<Error>(store.error());
    if (!contents) ++errors;
    if (contents) EXPECT_LE(contents->keys.size(), 1U);
  }
  EXPECT_GT(errors, 0);
}

}  // namespace
}  // namespace dkimkeeper

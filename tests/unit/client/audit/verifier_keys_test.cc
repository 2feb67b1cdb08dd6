#include "client/audit/verifier_keys.h"

#include <gmock/gmock.h>

#include "proto/reason.h"
#include "tests/unit/client/audit/audit_log_fixture.h"

namespace dkimkeeper {
namespace {

using VerifierKeysTest = AuditLogFixture;

TEST_F(VerifierKeysTest, OneALine) {
  const SampleAuditLog other(directory_.path() / "other", "keeper.example/audit/mx2", 'x');
  const auto path = directory_.path() / "keys";
  Write(path, log_.key().ToString() + "\n\n" + other.key().ToString());
  const auto keys = ReadVerifierKeys(path);
  ASSERT_THAT(keys, IsOk());
  EXPECT_THAT(*keys, testing::ElementsAre(log_.key(), other.key()));
  for (const std::string& text : {std::string("\n"), std::string("no key\n")}) {
    Write(path, text);
    EXPECT_THAT(ReadVerifierKeys(path), IsRefused(reason::kBadOption));
  }
  EXPECT_THAT(ReadVerifierKeys("/nowhere"), IsRefused(reason::kBadOption));
}

TEST_F(VerifierKeysTest, CheckpointsAloneOrAsTheirFile) {
  const auto path = directory_.path() / "last";
  Write(path, log_.SignCheckpoint().ToString());
  EXPECT_THAT(*ReadKnownCheckpoints(path), testing::ElementsAre(log_.SignCheckpoint()));
  EXPECT_EQ(ReadKnownCheckpoints(folder() / kCheckpointsFile)->size(), 6U);
  for (const std::string& text :
       {std::string(), std::string("text\n\nmore\n"), log_.SignCheckpoint().text,
        log_.SignCheckpoint().ToString() + "x"}) {
    Write(path, text);
    EXPECT_THAT(ReadKnownCheckpoints(path), IsRefused(reason::kBadOption)) << text;
  }
}

}  // namespace
}  // namespace dkimkeeper

#include "server/lifecycle/token_admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/lifecycle/key_decisions.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::ActiveKeyOf;
using sample::KeyOf;
using sample::Minute;
using testing::HasSubstr;

constexpr Algorithm kRsa = Algorithm::kRsaSha256;
constexpr Algorithm kEd = Algorithm::kEd25519Sha256;

TokenTerms Limited(std::size_t max_keys) {
  return {.name = "main", .limits = {.max_keys = max_keys}};
}

// One of each that counts, and each that does not.
Picture Mixed() {
  Key intent = KeyOf("example.com", "intent");
  intent.public_key.reset();
  Key revoked = KeyOf("example.com", "revoked");
  revoked.revoked_at = Minute(1);
  Key destroyed = KeyOf("example.com", "destroyed");
  destroyed.destroyed_at = Minute(1);
  Key elsewhere = KeyOf("example.com", "elsewhere");
  elsewhere.token = "second";
  return Picture().With("example.com").With(intent).With(revoked).With(destroyed).With(elsewhere);
}

TEST(CheckTakesKey, CountsWhatIsNotDestroyedAndIntents) {
  const View view = Mixed().Get();
  EXPECT_EQ(AccountOf(view, Limited(0)).keys, 2U);
  EXPECT_EQ(ReasonOf(CheckTakesKey(view, Limited(0), kRsa)), "") << "0 is no limit";
  EXPECT_EQ(ReasonOf(CheckTakesKey(view, Limited(3), kRsa)), "");
  const auto full = CheckTakesKey(view, Limited(2), kRsa);
  EXPECT_EQ(ReasonOf(full), "TOKEN_FULL");
  EXPECT_EQ(full.error().code, Code::kResourceExhausted);
  EXPECT_EQ(full.error().retry_after.count(), 0) << "a retry does not help";
  EXPECT_THAT(full.error().message, HasSubstr("max_keys"));
}

TEST(CheckTakesKey, KnowsWhatATokenCannotDo) {
  const View view = Picture().Get();
  TokenTerms rsa_only{.name = "main", .limits = {}, .algorithms = {kRsa}};
  EXPECT_EQ(ReasonOf(CheckTakesKey(view, rsa_only, kRsa)), "");
  const auto refused = CheckTakesKey(view, rsa_only, kEd);
  EXPECT_EQ(ReasonOf(refused), "ALGORITHM_UNSUPPORTED");
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(refused.error().message, HasSubstr("main"));
  EXPECT_THAT(refused.error().message, HasSubstr("only with rsa-sha256"));
  EXPECT_EQ(ReasonOf(CheckTakesKey(view, {.name = "main"}, kEd)), "")
      << "never ready: the token itself says it";
}

TEST(CheckTakesKey, ACompromisedTokenTakesNone) {
  Picture picture;
  picture.After(
      {{PutToken{{.name = "main", .backed_up_at = {}, .compromised_at = Minute(0)}}}, {}});
  EXPECT_EQ(ReasonOf(CheckTakesKey(picture.Get(), Limited(0), kRsa)), "TOKEN_COMPROMISED");
  EXPECT_EQ(ReasonOf(CheckTakesKey(picture.Get(), {.name = "second"}, kRsa)), "");
}

class BackupTest : public testing::Test {
 protected:
  std::string Activate(std::optional<Timestamp> backed_up_at) {
    Picture picture = Picture().With("example.com").With(key_);
    if (backed_up_at)
      picture.After({{PutToken{{.name = "main", .backed_up_at = backed_up_at}}}, {}});
    return ReasonOf(DecideActivate(picture.Get(), Admin(), {key_.domain, key_.selector}, "a test",
                                   tokens_, {.allow_activation_without_dns_proof = true},
                                   Minute(60)));
  }

  Key key_ = [] {
    Key key = KeyOf("example.com", "s1");
    key.created_at = Minute(10);
    return key;
  }();
  std::vector<TokenTerms> tokens_{{.name = "main", .limits = {.require_backup = true}}};
};

TEST_F(BackupTest, ActivationWaitsForABackupThatHoldsTheKey) {
  EXPECT_EQ(Activate({}), "BACKUP_MISSING");
  EXPECT_EQ(Activate(Minute(9)), "BACKUP_MISSING") << "made before the key";
  EXPECT_EQ(Activate(Minute(10)), "");
  EXPECT_EQ(Activate(Minute(11)), "");
  tokens_[0].limits.require_backup = false;
  EXPECT_EQ(Activate({}), "");
}

TEST_F(BackupTest, NothingBecomesActiveOnATokenThatIsNotConfigured) {
  tokens_[0].name = "other";
  EXPECT_EQ(Activate(Minute(11)), "TOKEN_UNKNOWN");
}

TEST_F(BackupTest, TheAccountTellsHowManyWait) {
  Key unborn = KeyOf("example.com", "unborn");
  unborn.public_key.reset();
  const Picture picture =
      Picture().With(key_).With(ActiveKeyOf("example.com", "active")).With(unborn);
  EXPECT_EQ(AccountOf(picture.Get(), tokens_[0]).awaiting_backup, 1U);
  EXPECT_EQ(AccountOf(picture.Get(), {.name = "main"}).awaiting_backup, 0U);
  Picture backed_up = picture;
  backed_up.After({{PutToken{{.name = "main", .backed_up_at = Minute(10)}}}, {}});
  EXPECT_EQ(AccountOf(backed_up.Get(), tokens_[0]).awaiting_backup, 0U);
}

}  // namespace
}  // namespace dkimkeeper

// What happens to a token in real life, done to SoftHSM behind our back.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "proto/reason.h"
#include "tests/unit/hsm/softhsm_token_test.h"

namespace dkimkeeper::pkcs11 {
namespace {

using testing::SizeIs;

class Outage : public SoftHsmTokenTest {
 protected:
  void LogOut() {
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    ASSERT_EQ(faults_.original().C_OpenSession(faults_.slot(), CKF_SERIAL_SESSION, nullptr, nullptr,
                                               &session),
              CKR_OK);
    ASSERT_EQ(faults_.original().C_Logout(session), CKR_OK);
    ASSERT_EQ(faults_.original().C_CloseSession(session), CKR_OK);
  }

  // The session stays, and with it the login.
  void LogIn() {
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    ASSERT_EQ(faults_.original().C_OpenSession(faults_.slot(), CKF_SERIAL_SESSION, nullptr, nullptr,
                                               &session),
              CKR_OK);
    std::string pin = softhsm_.pin();
    ASSERT_EQ(faults_.original().C_Login(session, CKU_USER,
                                         reinterpret_cast<CK_UTF8CHAR*>(pin.data()), pin.size()),
              CKR_OK);
  }
};

TEST_F(Outage, AllSessionsDie) {
  Open(options());
  const TokenKey key = Generate();
  ASSERT_EQ(Sign(key), "");
  ASSERT_EQ(faults_.original().C_CloseAllSessions(faults_.slot()), CKR_OK);
  EXPECT_EQ(Sign(key), "");
  EXPECT_EQ(Sign(key), "");
}

TEST_F(Outage, TheLoginIsLost) {
  Open(options());
  const TokenKey key = Generate();
  ASSERT_EQ(Sign(key), "");
  LogOut();
  EXPECT_EQ(Sign(key), "");
  EXPECT_EQ(faults_.calls(Function::kLogin), 2U);
}

TEST_F(Outage, TheLoginIsLostBeforeAKeyIsLookedFor) {
  Open(options());
  const TokenKey key = Generate();
  LogOut();
  const Result<std::vector<TokenKey>> keys = token_->FindKeys(Soon());
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_THAT(*keys, SizeIs(1)) << "no login must not look like no keys";
  LogOut();
  EXPECT_TRUE(token_->FindKey(key.id, Soon()));
}

TEST_F(Outage, TheLoginIsLostBeforeTheHealthKeyIsLookedFor) {
  Open(options());
  ASSERT_TRUE(token_->CheckHealth(Soon()));
  token_.reset();
  Open(options());
  LogOut();
  EXPECT_TRUE(token_->CheckHealth(Soon()));
  EXPECT_THAT(token_->FindKeys(Soon()).value(), SizeIs(1)) << "it was there, only out of sight";
}

TEST_F(Outage, AnotherThreadLogsInBehindASearch) {
  Open(options());
  const TokenKey key = Generate();
  ASSERT_EQ(Sign(key), "");
  LogOut();
  faults_.Before(Function::kGetSessionInfo, [&] { LogIn(); });
  EXPECT_EQ(Sign(key), "") << "it was out of sight when it was searched for, not when asked why";
}

TEST_F(Outage, TheLoginIsLostBeforeADestruction) {
  Open(options());
  const TokenKey key = Generate();
  LogOut();
  ASSERT_TRUE(token_->DestroyPermanently(key.id, Soon()));
  EXPECT_EQ(Sign(key), reason::kTokenKeyUnknown);
  token_.reset();
  Open(options());
  EXPECT_EQ(Sign(key), reason::kTokenKeyUnknown) << "the key was only out of sight";
}

TEST_F(Outage, SomebodyFinalisesTheModule) {
  Open(options());
  const TokenKey key = Generate();
  ASSERT_EQ(Sign(key), "");
  ASSERT_EQ(faults_.original().C_Finalize(nullptr), CKR_OK);
  EXPECT_EQ(Sign(key), "");
}

TEST_F(Outage, TheTokenGoesAndComesBack) {
  Open(options());
  const TokenKey key = Generate();
  ASSERT_EQ(Sign(key), "");
  softhsm_.HideTokens();
  EXPECT_EQ(Sign(key), reason::kTokenAway);
  EXPECT_EQ(Sign(key), reason::kTokenAway);
  softhsm_.RestoreTokens();
  EXPECT_EQ(Sign(key), "") << "it must come back without a restart";
  EXPECT_TRUE(token_->CheckHealth(Soon()));
}

TEST_F(Outage, ATokenThatIsAwayHasNotDestroyedAnything) {
  Open(options());
  const TokenKey key = Generate();
  softhsm_.HideTokens();
  EXPECT_FALSE(token_->DestroyPermanently(key.id, Soon()));
  EXPECT_FALSE(token_->FindKey(key.id, Soon()));
  const Result<std::vector<TokenKey>> keys = token_->FindKeys(Soon());
  EXPECT_FALSE(keys) << "a list without the key";
  EXPECT_FALSE(token_->CheckHealth(Soon()));
  softhsm_.RestoreTokens();
  EXPECT_EQ(Sign(key), "");
}

TEST_F(Outage, ATokenThatCameBackUnnoticedShowsItsKeys) {
  Open(options());
  const TokenKey key = Generate();
  softhsm_.HideTokens();
  EXPECT_FALSE(token_->FindKey(key.id, std::chrono::steady_clock::now()));
  softhsm_.RestoreTokens();
  const Result<std::vector<TokenKey>> keys = token_->FindKeys(Soon());
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_THAT(*keys, SizeIs(1));
}

TEST_F(Outage, ReinitialisationIsRateLimited) {
  Pkcs11Options slow = options();
  slow.reinitialise_interval = std::chrono::hours(1);
  Open(slow);
  const TokenKey key = Generate();
  faults_.Fail(Function::kSignInit, CKR_DEVICE_ERROR);
  EXPECT_EQ(Sign(key), "");
  faults_.Fail(Function::kSignInit, CKR_DEVICE_ERROR);
  const Result<std::string> refused = token_->Sign(key.id, DigestOf("mail"), Soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, reason::kTokenAway);
  EXPECT_GT(refused.error().retry_after.count(), 0);
  EXPECT_EQ(faults_.calls(Function::kInitialize), 1U);
  EXPECT_EQ(Sign(key), "") << "the module itself was well";
}

TEST_F(Outage, LoginIsRateLimited) {
  Pkcs11Options slow = options();
  slow.login_interval = std::chrono::hours(1);
  Open(slow);
  const TokenKey key = Generate();
  faults_.Fail(Function::kSignInit, CKR_USER_NOT_LOGGED_IN);
  EXPECT_EQ(Sign(key), "");
  faults_.Fail(Function::kSignInit, CKR_USER_NOT_LOGGED_IN);
  EXPECT_EQ(Sign(key), reason::kTokenAway);
  EXPECT_EQ(faults_.calls(Function::kLogin), 2U);
}

TEST_F(Outage, AWrongPinIsTriedOnceAndNotAgainUntilItIsCorrected) {
  Open(options());
  const TokenKey key = Generate();
  ASSERT_EQ(Sign(key), "");
  softhsm_.WritePinFile("0000wrong");
  LogOut();
  const unsigned logins = faults_.calls(Function::kLogin);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Sign(key), reason::kPinRefused);
  EXPECT_FALSE(token_->CheckHealth(Soon()));
  EXPECT_EQ(faults_.calls(Function::kLogin) - logins, 1U);

  softhsm_.WritePinFile(softhsm_.pin());
  EXPECT_EQ(Sign(key), "");
  EXPECT_EQ(faults_.calls(Function::kLogin) - logins, 2U);
}

TEST_F(Outage, APinRefusedAfterReinitialisationIsNotTriedAgain) {
  Open(options());
  const TokenKey key = Generate();
  faults_.Fail(Function::kSignInit, CKR_DEVICE_ERROR);
  faults_.Fail(Function::kLogin, CKR_PIN_LOCKED);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Sign(key), reason::kPinRefused);
  EXPECT_EQ(faults_.calls(Function::kLogin), 2U);
  EXPECT_EQ(faults_.calls(Function::kInitialize), 1U);
}

TEST_F(Outage, ManyKeysAreFoundInOnePassAfterReinitialisation) {
  Open(options());
  std::vector<TokenKey> keys;
  for (int i = 0; i < 20; ++i) keys.push_back(Generate());
  for (const TokenKey& key : keys) ASSERT_EQ(Sign(key), "");
  faults_.Fail(Function::kSignInit, CKR_DEVICE_ERROR);
  const unsigned finds = faults_.calls(Function::kFindObjectsInit);
  for (const TokenKey& key : keys) EXPECT_EQ(Sign(key), "");
  EXPECT_EQ(faults_.calls(Function::kFindObjectsInit) - finds, 2U) << "one a class, not one a key";
}

TEST_F(Outage, SigningNeverSearchesOnceAKeyIsKnown) {
  Open(options());
  const TokenKey key = Generate();
  ASSERT_EQ(Sign(key), "");
  const unsigned finds = faults_.calls(Function::kFindObjectsInit);
  const unsigned sessions = faults_.calls(Function::kOpenSession);
  const unsigned attributes = faults_.calls(Function::kGetAttributeValue);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(Sign(key), "");
  EXPECT_EQ(faults_.calls(Function::kFindObjectsInit), finds);
  EXPECT_EQ(faults_.calls(Function::kOpenSession), sessions);
  EXPECT_EQ(faults_.calls(Function::kGetAttributeValue), attributes);
}

TEST_F(Outage, TheHealthKeyIsFoundWithoutReadingAllKeys) {
  Open(options());
  ASSERT_TRUE(token_->CheckHealth(Soon()));
  const auto reads_of_a_fresh_one = [&] {
    token_.reset();
    Open(options());
    const unsigned before = faults_.calls(Function::kGetAttributeValue);
    EXPECT_TRUE(token_->CheckHealth(Soon()));
    return faults_.calls(Function::kGetAttributeValue) - before;
  };
  const unsigned alone = reads_of_a_fresh_one();
  for (int i = 0; i < 5; ++i) Generate();
  EXPECT_EQ(reads_of_a_fresh_one(), alone + 10) << "of the others, each half's id alone";
}

}  // namespace
}  // namespace dkimkeeper::pkcs11

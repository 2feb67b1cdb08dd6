// No wrong signature leaves, and no other key signs than the one that is meant.
#include <gmock/gmock.h>

#include "hsm/pkcs11/find_objects.h"
#include "proto/reason.h"
#include "tests/unit/hsm/softhsm_token_test.h"

namespace dkimkeeper::pkcs11 {
namespace {

class TokenSignature : public SoftHsmTokenTest {
 protected:
  void SetUp() override { Open(options()); }

  CK_OBJECT_HANDLE HandleOf(const KeyId& id) {
    Attempt<Session> session = Session::Open(faults_.original(), faults_.slot(), Access::kReadOnly);
    if (!session) throw std::runtime_error(session.error().error.message);
    return FindHandles(*session, id).value().private_halves.at(0);
  }

  // Somebody puts another key pair under the same id.
  void ReplaceOutside(const TokenKey& key) {
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    ASSERT_EQ(faults_.original().C_OpenSession(faults_.slot(), CKF_SERIAL_SESSION | CKF_RW_SESSION,
                                               nullptr, nullptr, &session),
              CKR_OK);
    ASSERT_EQ(faults_.original().C_DestroyObject(session, HandleOf(key.id)), CKR_OK);
    ASSERT_EQ(faults_.original().C_CloseSession(session), CKR_OK);
    const std::filesystem::path pem = softhsm_.directory() / "other.pem";
    SoftwareKey::Rsa(2048).WritePem(pem);
    softhsm_.ImportKey(pem, key.id.ToHex(), key.label);
  }
};

TEST_F(TokenSignature, ThatIsWrongNeverLeaves) {
  for (const Algorithm algorithm : {Algorithm::kRsaSha256, Algorithm::kEd25519Sha256}) {
    const TokenKey key = Generate(algorithm);
    faults_.CorruptSignatures(1);
    EXPECT_EQ(Sign(key), "") << "made again";
    faults_.CorruptSignatures(1000);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(Sign(key), reason::kBadSignature);
    faults_.CorruptSignatures(0);
    EXPECT_EQ(Sign(key), "") << "the next one is right";
  }
}

TEST_F(TokenSignature, OfAnotherKeyNeverLeaves) {
  const TokenKey key = Generate();
  const TokenKey other = Generate();
  ASSERT_EQ(Sign(key), "");
  faults_.SignWith(HandleOf(other.id));
  EXPECT_EQ(Sign(key), "") << "made again";
}

TEST_F(TokenSignature, IsOfTheKeyThatIsMeantWhenASearchAnswersWithAnother) {
  const TokenKey key = Generate(Algorithm::kRsaSha256);
  const TokenKey other = Generate(Algorithm::kRsaSha256);
  token_.reset();
  Open(options());
  faults_.FindInstead(HandleOf(other.id), 1);
  EXPECT_EQ(Sign(key), "");
}

TEST_F(TokenSignature, IsOfNoKeyWhenEverySearchAnswersWithAnother) {
  const TokenKey key = Generate();
  const TokenKey other = Generate();
  token_.reset();
  Open(options());
  faults_.FindInstead(HandleOf(other.id), 100);
  EXPECT_EQ(Sign(key), reason::kInternal);
  const Result<TokenKey> found = token_->FindKey(key.id, Soon());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, reason::kInternal);
}

TEST_F(TokenSignature, OfHealthIsOfTheHealthKeyWhenASearchAnswersWithAnother) {
  ASSERT_TRUE(token_->CheckHealth(Soon()));
  const TokenKey other = Generate();
  token_.reset();
  Open(options());
  faults_.FindInstead(HandleOf(other.id), 3);
  const unsigned searches = faults_.calls(Function::kFindObjectsInit);
  EXPECT_TRUE(token_->CheckHealth(Soon()));
  EXPECT_EQ(faults_.calls(Function::kFindObjectsInit) - searches, 4U)
      << "one a class, and one by label, which was made again";
  EXPECT_EQ(token_->FindKeys(Soon()).value().size(), 2U) << "a second health key was made";
}

TEST_F(TokenSignature, OfHealthPassesOverAKeyThatNothingIsSignedWith) {
  ASSERT_TRUE(token_->CheckHealth(Soon()));
  const std::filesystem::path pem = softhsm_.directory() / "small.pem";
  SoftwareKey::Rsa(1024).WritePem(pem);
  softhsm_.ImportKey(pem, "00", "health:test");
  token_.reset();
  Open(options());
  EXPECT_TRUE(token_->CheckHealth(Soon()));
  EXPECT_EQ(token_->FindKeys(Soon()).value().size(), 2U) << "the lowest id is not the only one";
}

TEST_F(TokenSignature, OfAnotherKeySurvivesADestructionWhoseSearchAnswersWithThat) {
  const TokenKey key = Generate();
  const TokenKey other = Generate();
  faults_.FindInstead(HandleOf(other.id), 100);
  const Outcome refused = token_->DestroyPermanently(key.id, Soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, reason::kInternal);
  faults_.FindInstead(HandleOf(other.id), 1);
  EXPECT_TRUE(token_->DestroyPermanently(key.id, Soon()));
  EXPECT_EQ(Sign(other), "");
  EXPECT_EQ(Sign(key), reason::kTokenKeyUnknown);
}

TEST_F(TokenSignature, IsRefusedWhenTheKeyBehindTheIdChanged) {
  const TokenKey key = Generate(Algorithm::kRsaSha256);
  ASSERT_EQ(Sign(key), "");
  ReplaceOutside(key);
  EXPECT_EQ(Sign(key), reason::kKeyChanged);
  EXPECT_EQ(Sign(key), reason::kKeyChanged) << "and stays so";
}

TEST_F(TokenSignature, IsRefusedWhenTheTokenHoldsAnotherKeyThanExpectedAfterARestart) {
  const TokenKey key = Generate(Algorithm::kRsaSha256);
  ReplaceOutside(key);
  token_.reset();
  Open(options());
  token_->Expect(key.id, key.public_key);
  EXPECT_EQ(Sign(key), reason::kKeyChanged);
}

TEST_F(TokenSignature, IsMadeWithTheNewKeyOnceThatIsExpected) {
  const TokenKey key = Generate(Algorithm::kRsaSha256);
  ReplaceOutside(key);
  const Result<TokenKey> now = token_->FindKey(key.id, Soon());
  ASSERT_TRUE(now) << now.error().message;
  EXPECT_EQ(Sign(key), reason::kKeyChanged);
  token_->Expect(key.id, now->public_key);
  EXPECT_EQ(Sign(*now), "");
}

TEST_F(TokenSignature, OfADestroyedKeyIsRefused) {
  const TokenKey key = Generate();
  const TokenKey other = Generate();
  ASSERT_EQ(Sign(key), "");
  ASSERT_TRUE(token_->DestroyPermanently(key.id, Soon()));
  EXPECT_EQ(Sign(key), reason::kTokenKeyUnknown);
  EXPECT_EQ(Sign(other), "");
}

TEST_F(TokenSignature, SaysWhenAllSessionsAreBusy) {
  token_.reset();
  Pkcs11Options narrow = options();
  narrow.sessions = 1;
  Open(narrow);
  const TokenKey key = Generate();
  std::string inner;
  faults_.Before(Function::kSignInit, [&] {
    const Result<std::string> signature = token_->Sign(
        key.id, DigestOf("mail"), std::chrono::steady_clock::now() + std::chrono::milliseconds(20));
    inner = signature ? "signed" : signature.error().reason;
  });
  EXPECT_EQ(Sign(key), "");
  EXPECT_EQ(inner, reason::kSessionsBusy);
}

}  // namespace
}  // namespace dkimkeeper::pkcs11

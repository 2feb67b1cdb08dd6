// Key generation: what the token is asked for, what it must answer, and what is left after a fault.
#include <gmock/gmock.h>

#include <vector>

#include "hsm/pkcs11/destroy_operation.h"
#include "hsm/pkcs11/find_objects.h"
#include "proto/reason.h"
#include "tests/unit/hsm/softhsm_token_test.h"

namespace dkimkeeper::pkcs11 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class GenerateKey : public SoftHsmTokenTest {
 protected:
  void SetUp() override { Open(options()); }

  KeySpec spec_{.id = KeyId::Random(),
                .algorithm = Algorithm::kEd25519Sha256,
                .label = "dkim:example.com:s1"};

  std::string ReasonOfGenerate() {
    const Result<TokenKey> key = token_->GenerateKeyPair(spec_, Soon());
    return key ? "" : key.error().reason;
  }

  // What is in the token now, seen through a session of our own.
  KeyHandles Handles() {
    Attempt<Session> session = Session::Open(faults_.original(), faults_.slot(), Access::kReadOnly);
    if (!session) throw std::runtime_error(session.error().error.message);
    Attempt<KeyHandles> handles = FindHandles(*session, spec_.id);
    if (!handles) throw std::runtime_error(handles.error().error.message);
    return *handles;
  }

  void RemovePrivateHalf() {
    const KeyHandles handles = Handles();
    Attempt<Session> session =
        Session::Open(faults_.original(), faults_.slot(), Access::kReadWrite);
    ASSERT_TRUE(session);
    ASSERT_TRUE(RemoveObjects(*session, handles.private_halves));
  }
};

TEST_F(GenerateKey, RestrictsTheMechanismsAndForbidsChanges) {
  const Result<TokenKey> ed25519 = token_->GenerateKeyPair(spec_, Soon());
  ASSERT_TRUE(ed25519) << ed25519.error().message;
  EXPECT_THAT(ed25519->attributes.allowed_mechanisms, ElementsAre("CKM_EDDSA"));
  EXPECT_FALSE(ed25519->attributes.modifiable);
  const TokenKey rsa = Generate(Algorithm::kRsaSha256);
  EXPECT_THAT(rsa.attributes.allowed_mechanisms, ElementsAre("CKM_RSA_PKCS"));
  EXPECT_FALSE(rsa.attributes.modifiable);
}

TEST_F(GenerateKey, DoesWithoutAnAttributeThatTheModuleDoesNotTake) {
  faults_.Fail(Function::kGenerateKeyPair, CKR_ATTRIBUTE_TYPE_INVALID);
  const Result<TokenKey> key = token_->GenerateKeyPair(spec_, Soon());
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_THAT(key->attributes.allowed_mechanisms, IsEmpty());
  EXPECT_FALSE(key->attributes.modifiable);
  const unsigned calls = faults_.calls(Function::kGenerateKeyPair);
  const TokenKey next = Generate();
  EXPECT_EQ(faults_.calls(Function::kGenerateKeyPair) - calls, 1U) << "it has learned";
  EXPECT_THAT(next.attributes.allowed_mechanisms, IsEmpty());
}

TEST_F(GenerateKey, NamesTheCurveWhereTheModuleDoesNotTakeTheOid) {
  faults_.Fail(Function::kGenerateKeyPair, CKR_DOMAIN_PARAMS_INVALID, 1, 3);
  // SoftHSM itself takes the OID alone; what counts is that the names are tried.
  static_cast<void>(token_->GenerateKeyPair(spec_, Soon()));
  EXPECT_GE(faults_.calls(Function::kGenerateKeyPair), 4U);
}

TEST_F(GenerateKey, GivesUpWhenNoTemplateIsTaken) {
  faults_.Fail(Function::kGenerateKeyPair, CKR_TEMPLATE_INCONSISTENT, 1, 6);
  EXPECT_EQ(ReasonOfGenerate(), reason::kTokenRefused);
  EXPECT_EQ(faults_.calls(Function::kGenerateKeyPair), 6U);
  EXPECT_EQ(ReasonOfGenerate(), "") << "nothing was learned from that";
}

struct Spoiled {
  CK_ATTRIBUTE_TYPE type;
  bool value;
};

TEST_F(GenerateKey, RefusesAndRemovesAKeyThatIsNotSafe) {
  for (const Spoiled& spoiled : std::vector<Spoiled>{{CKA_EXTRACTABLE, true},
                                                     {CKA_SENSITIVE, false},
                                                     {CKA_DECRYPT, true},
                                                     {CKA_DERIVE, true}}) {
    faults_.SpoilPrivateTemplate(spoiled.type, spoiled.value);
    spec_.id = KeyId::Random();
    EXPECT_EQ(ReasonOfGenerate(), reason::kKeyNotBornHere) << spoiled.type;
    EXPECT_THAT(Handles().private_halves, IsEmpty());
    EXPECT_THAT(Handles().public_halves, IsEmpty());
    faults_.SpoilPrivateTemplate(spoiled.type, !spoiled.value);
  }
  EXPECT_EQ(ReasonOfGenerate(), "");
}

TEST_F(GenerateKey, ATokenWithoutRoomIsFullAndNotTriedAgain) {
  faults_.Fail(Function::kGenerateKeyPair, CKR_DEVICE_MEMORY);
  EXPECT_EQ(ReasonOfGenerate(), reason::kTokenFull);
  EXPECT_EQ(faults_.calls(Function::kGenerateKeyPair), 1U);
}

TEST_F(GenerateKey, AnAnswerThatWasLostIsContinuedByTheKeysId) {
  for (const CK_RV rv : {CKR_FUNCTION_FAILED, CKR_DEVICE_ERROR, CKR_SESSION_HANDLE_INVALID}) {
    spec_.id = KeyId::Random();
    const unsigned calls = faults_.calls(Function::kGenerateKeyPair);
    faults_.FailAfterwards(Function::kGenerateKeyPair, rv);
    EXPECT_EQ(ReasonOfGenerate(), "") << CkrName(rv);
    EXPECT_EQ(faults_.calls(Function::kGenerateKeyPair) - calls, 1U) << "one key, not two";
    EXPECT_THAT(Handles().private_halves, SizeIs(1));
  }
}

TEST_F(GenerateKey, HalfAKeyIsRemovedBeforeTheNextTry) {
  faults_.FailAfterwards(Function::kGenerateKeyPair, CKR_FUNCTION_FAILED);
  // Between the tries, behind two looks at both halves, the private one disappears.
  faults_.Before(
      Function::kFindObjectsInit,
      [&] {
        const KeyHandles half = Handles();
        CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
        ASSERT_EQ(
            faults_.original().C_OpenSession(faults_.slot(), CKF_SERIAL_SESSION | CKF_RW_SESSION,
                                             nullptr, nullptr, &session),
            CKR_OK);
        ASSERT_EQ(faults_.original().C_DestroyObject(session, half.private_halves.at(0)), CKR_OK);
        ASSERT_EQ(faults_.original().C_CloseSession(session), CKR_OK);
      },
      5);
  const Result<TokenKey> key = token_->GenerateKeyPair(spec_, Soon());
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(faults_.calls(Function::kGenerateKeyPair), 2U);
  EXPECT_THAT(Handles().public_halves, SizeIs(1));
  EXPECT_EQ(Sign(*key), "");
}

TEST_F(GenerateKey, AFaultWhileReadingBackDoesNotLoseTheKey) {
  faults_.Fail(Function::kGetAttributeValue, CKR_DEVICE_ERROR);
  const Result<TokenKey> key = token_->GenerateKeyPair(spec_, Soon());
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(faults_.calls(Function::kGenerateKeyPair), 1U);
  EXPECT_EQ(Sign(*key), "");
}

// Whoever says that he continues could otherwise have any imported key removed.
TEST_F(GenerateKey, AContinuedOneRemovesNoPrivateKeyThatWasThere) {
  const std::filesystem::path pem = softhsm_.directory() / "imported.pem";
  SoftwareKey::Ed25519().WritePem(pem);
  softhsm_.ImportKey(pem, spec_.id.ToHex(), "imported");
  spec_.continues = true;
  EXPECT_EQ(ReasonOfGenerate(), reason::kKeyNotBornHere);
  EXPECT_THAT(Handles().private_halves, SizeIs(1));
  EXPECT_THAT(Handles().public_halves, SizeIs(1));
}

TEST_F(GenerateKey, TwoKeysWithOneIdAreNotUsed) {
  const Result<TokenKey> key = token_->GenerateKeyPair(spec_, Soon());
  ASSERT_TRUE(key);
  const std::filesystem::path pem = softhsm_.directory() / "other.pem";
  SoftwareKey::Ed25519().WritePem(pem);
  softhsm_.ImportKey(pem, spec_.id.ToHex(), "another");
  EXPECT_EQ(token_->FindKey(spec_.id, Soon()).error().reason, reason::kTokenRefused);
  EXPECT_EQ(token_->DestroyPermanently(spec_.id, Soon()).error().reason, reason::kTokenRefused);
  EXPECT_THAT(Handles().private_halves, SizeIs(2));
}

TEST_F(GenerateKey, AnInterruptedDestructionIsFinished) {
  ASSERT_TRUE(token_->GenerateKeyPair(spec_, Soon()));
  faults_.FailAfterwards(Function::kDestroyObject, CKR_FUNCTION_FAILED);
  const Outcome destroyed = token_->DestroyPermanently(spec_.id, Soon());
  ASSERT_TRUE(destroyed) << destroyed.error().message;
  EXPECT_THAT(Handles().private_halves, IsEmpty());
  EXPECT_THAT(Handles().public_halves, IsEmpty());
}

TEST_F(GenerateKey, WhatIsLeftOfOneThatWasCutShortGoesAndAWholePairStays) {
  const Result<TokenKey> key = token_->GenerateKeyPair(spec_, Soon());
  ASSERT_TRUE(key);
  ASSERT_TRUE(token_->RemoveRemains(spec_.id, Soon()));
  EXPECT_EQ(Sign(*key), "");
  EXPECT_THAT(Handles().public_halves, SizeIs(1));
  // As after a kill between the halves: SoftHSM writes the public one first.
  RemovePrivateHalf();
  ASSERT_THAT(Handles().public_halves, SizeIs(1));
  ASSERT_TRUE(token_->RemoveRemains(spec_.id, Soon()));
  EXPECT_THAT(Handles().public_halves, IsEmpty());
  EXPECT_TRUE(token_->RemoveRemains(spec_.id, Soon())) << "a second time";
}

TEST_F(GenerateKey, AKeyThatCannotBeDestroyedIsNotCalledDestroyed) {
  const Result<TokenKey> key = token_->GenerateKeyPair(spec_, Soon());
  ASSERT_TRUE(key);
  faults_.Fail(Function::kDestroyObject, CKR_ACTION_PROHIBITED);
  EXPECT_EQ(token_->DestroyPermanently(spec_.id, Soon()).error().reason, reason::kTokenRefused);
  faults_.Fail(Function::kDestroyObject, CKR_OK, 1, 2);  // says yes, does nothing
  EXPECT_EQ(token_->DestroyPermanently(spec_.id, Soon()).error().reason, reason::kInternal);
  EXPECT_EQ(Sign(*key), "");
}

}  // namespace
}  // namespace dkimkeeper::pkcs11

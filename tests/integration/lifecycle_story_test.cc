// Keys from birth to destruction on a real token and a real store, over simulated weeks and
// restarts. Signatures are verified by OpenSSL under the registered public key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/sample_keys.h"
#include "tests/fakes/software_key.h"
#include "tests/integration/custody_house.h"

namespace dkimkeeper {
namespace {

using std::chrono::days;
using std::chrono::hours;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr auto kEd25519 = Algorithm::kEd25519Sha256;

KeyRequest Name(std::string_view selector) {
  return {sample::DomainOf("example.com"), sample::SelectorOf(selector)};
}

std::string ReasonOf(const Result<KeyPtr>& result) { return result ? "" : result.error().reason; }

TEST(LifecycleStory, ARotationSurvivesRestartsAndEndsInDestruction) {
  CustodyHouse house;
  ASSERT_TRUE(house.Generate("spring", Algorithm::kRsaSha256));
  EXPECT_EQ(house.SignMail("spring"), "SELECTOR_NOT_ACTIVE");
  ASSERT_TRUE(house.Activate("spring"));
  EXPECT_EQ(house.SignMail("spring"), "");

  EXPECT_THAT(house.Restart(), IsEmpty());
  EXPECT_EQ(house.SignMail("spring"), "");

  house.clock.Advance(days(90));
  ASSERT_TRUE(house.Generate("summer", Algorithm::kRsaSha256));
  ASSERT_TRUE(house.Activate("summer"));
  EXPECT_THAT(house.Restart(), IsEmpty());
  EXPECT_EQ(house.SignMail("summer"), "");
  EXPECT_EQ(house.SignMail("spring"), "") << "inside its hand-over window";
  house.clock.Advance(hours(1));
  EXPECT_EQ(house.SignMail("spring"), "SELECTOR_NOT_ACTIVE");

  ASSERT_TRUE(house.operations().Revoke(house.NewRequest(), Name("spring"), {}));
  EXPECT_EQ(ReasonOf(house.operations().Destroy(house.NewRequest(), Name("spring"))),
            "WRONG_STATE");
  house.clock.Advance(days(7));
  EXPECT_EQ(house.State("spring"), "REVOKED");
  const KeyId id = house.Row("spring")->id;
  ASSERT_TRUE(house.operations().Destroy(house.NewRequest(), Name("spring")));
  EXPECT_EQ(house.token().FindKey(id, house.Soon()).error().reason, "TOKEN_KEY_UNKNOWN");

  EXPECT_THAT(house.Restart(), IsEmpty());
  EXPECT_EQ(house.State("spring"), "DESTROYED");
  EXPECT_EQ(ReasonOf(house.Generate("spring", kEd25519)), "SELECTOR_EXISTS");
  EXPECT_EQ(house.SignMail("summer"), "");
}

TEST(LifecycleStory, BothAlgorithmsHaveLinesOfTheirOwn) {
  CustodyHouse house;
  ASSERT_TRUE(house.Generate("rsa", Algorithm::kRsaSha256));
  ASSERT_TRUE(house.Generate("ed", kEd25519));
  ASSERT_TRUE(house.Activate("rsa"));
  ASSERT_TRUE(house.Activate("ed"));
  EXPECT_EQ(house.SignMail("rsa"), "");
  EXPECT_EQ(house.SignMail("ed"), "");
}

TEST(LifecycleStory, ACompromisedKeyStopsAtOnceAndForGood) {
  CustodyHouse house;
  ASSERT_TRUE(house.Generate("leaked", kEd25519));
  ASSERT_TRUE(house.Activate("leaked"));
  ASSERT_TRUE(house.Generate("standby", kEd25519));
  ASSERT_TRUE(house.operations().Revoke(house.NewRequest(), Name("leaked"), {.compromised = true}));
  EXPECT_EQ(house.State("leaked"), "REVOKED");
  EXPECT_EQ(house.SignMail("leaked"), "SELECTOR_NOT_ACTIVE");
  ASSERT_TRUE(house.Activate("standby"));
  EXPECT_EQ(house.SignMail("standby"), "");
  house.clock.JumpTo(house.now() - days(1));
  EXPECT_THAT(house.Restart(), IsEmpty());
  EXPECT_EQ(house.SignMail("leaked"), "SELECTOR_NOT_ACTIVE") << "with the clock set back";
}

TEST(LifecycleStory, AnImportedKeyIsAdoptedMarkedAndSigns) {
  CustodyHouse house;
  const SoftwareKey pair = SoftwareKey::Rsa(2048);
  pair.WritePem(house.softhsm.directory() / "key.pem");
  house.softhsm.ImportKey(house.softhsm.directory() / "key.pem", "a1b2c3", "old mail server");
  EXPECT_THAT(house.Restart(), ElementsAre(StartsWith("unknown: a1b2c3 (label old mail server)")));

  const AdoptRequest request{.domain = sample::DomainOf("example.com"),
                             .selector = "old",
                             .token_key_id = KeyId::FromHex("a1b2c3").value()};
  const auto key = house.operations().Adopt(house.NewRequest(), request);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ((*key)->origin, KeyOrigin::kImported);
  EXPECT_EQ((*key)->public_key, pair.public_key());
  EXPECT_EQ((*key)->rsa_bits, 2048U);
  EXPECT_THAT((*key)->lacks, Contains(HasSubstr("CKA_LOCAL")));
  EXPECT_EQ(ReasonOf(house.operations().Adopt(house.NewRequest(), request)), "SELECTOR_EXISTS");
  ASSERT_TRUE(house.Activate("old"));
  EXPECT_EQ(house.SignMail("old"), "");
  EXPECT_THAT(house.Restart(), IsEmpty());
  EXPECT_EQ(house.SignMail("old"), "");
}

TEST(LifecycleStory, AnImportedKeyThatIsTooSmallIsRefused) {
  CustodyHouse house;
  SoftwareKey::Rsa(1024).WritePem(house.softhsm.directory() / "key.pem");
  house.softhsm.ImportKey(house.softhsm.directory() / "key.pem", "a1b2c3", "small");
  EXPECT_THAT(house.Restart(), SizeIs(1));
  EXPECT_EQ(ReasonOf(house.operations().Adopt(house.NewRequest(),
                                              {.domain = sample::DomainOf("example.com"),
                                               .selector = "old",
                                               .token_key_id = KeyId::FromHex("a1b2c3").value()})),
            "KEY_TOO_SMALL");
}

TEST(LifecycleStory, ABirthThatWasCutShortIsFinishedAtTheNextStart) {
  CustodyHouse house;
  Key intent = sample::KeyOf("example.com", "s1");
  intent.algorithm = kEd25519;
  intent.rsa_bits = 0;
  intent.public_key.reset();
  Key never_made = intent;
  never_made.selector = sample::SelectorOf("s2");
  never_made.id = KeyId::Random();
  ASSERT_TRUE(house.registry().Update(house.now(), [&](const View&) -> Result<Decision> {
    return Decision{{PutKey{intent}, PutKey{never_made}}, {}};
  }));
  ASSERT_TRUE(house.token().GenerateKeyPair({.id = intent.id,
                                             .purpose = KeyPurpose::kDkim,
                                             .algorithm = kEd25519,
                                             .label = "dkim:example.com:s1"},
                                            house.Soon()));
  EXPECT_THAT(house.Restart(),
              ElementsAre("finished: example.com/s1", StartsWith("undone: example.com/s2")));
  ASSERT_TRUE(house.Activate("s1"));
  EXPECT_EQ(house.SignMail("s1"), "");
  EXPECT_EQ(house.Row("s2"), nullptr);
}

// SoftHSM answers "no such key" when its files are gone.
TEST(LifecycleStory, ATokenWhoseFilesVanishedLosesNoKey) {
  CustodyHouse house;
  ASSERT_TRUE(house.Generate("s1", kEd25519));
  ASSERT_TRUE(house.Activate("s1"));
  ASSERT_TRUE(house.Generate("s2", kEd25519));
  ASSERT_TRUE(house.operations().Revoke(house.NewRequest(), Name("s2"), {.compromised = true}));

  house.softhsm.HideTokens();
  EXPECT_FALSE(house.operations().Destroy(house.NewRequest(), Name("s2")));
  EXPECT_EQ(house.State("s2"), "REVOKED");
  house.softhsm.RestoreTokens();

  EXPECT_THAT(house.Restart(), ElementsAre("finished: example.com/s2"));
  EXPECT_EQ(house.State("s2"), "DESTROYED");
  EXPECT_EQ(house.token().FindKey(house.Row("s2")->id, house.Soon()).error().reason,
            "TOKEN_KEY_UNKNOWN");
  EXPECT_EQ(house.SignMail("s1"), "");
}

}  // namespace
}  // namespace dkimkeeper

// Which keys come in, and under which selector.
#include "server/lifecycle/key_admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/lifecycle/key_decisions.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::KeyOf;
using sample::Minute;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const KeyPlace& Place() {
  static const KeyPlace place{DomainOf("example.com"), Sender::Default()};
  return place;
}

// A key that was born in the token, as the token describes it.
TokenKey Found(std::string_view selector = "found") {
  const Key key = KeyOf("example.com", selector);
  return {.id = key.id,
          .label = "dkim:example.com:" + std::string(selector),
          .purpose = KeyPurpose::kDkim,
          .public_key = *key.public_key,
          .rsa_bits = 2048,
          .attributes = {.sensitive = true,
                         .always_sensitive = true,
                         .extractable = false,
                         .never_extractable = true,
                         .local = true,
                         .modifiable = false,
                         .may_decrypt = false,
                         .allowed_mechanisms = {"CKM_RSA_PKCS"}}};
}

// Selectors.

TEST(FreeSelector, IsUsedOnceForEver) {
  Key destroyed = KeyOf("example.com", "s1");
  destroyed.destroyed_at = Minute(9);
  Key intent = KeyOf("example.com", "s2");
  intent.public_key.reset();
  const View view = Picture().With("example.com").With(destroyed).With(intent).Get();
  EXPECT_EQ(ReasonOf(FreeSelector(view, Place(), "s1")), "SELECTOR_EXISTS");
  EXPECT_EQ(ReasonOf(FreeSelector(view, Place(), "S1")), "SELECTOR_EXISTS");
  EXPECT_EQ(ReasonOf(FreeSelector(view, Place(), "s2")), "SELECTOR_EXISTS");
  EXPECT_EQ(ReasonOf(FreeSelector(view, Place(), "s3")), "");
}

TEST(FreeSelector, IsUsedOnceAlsoAfterItsDomainWasRemovedAndCameBack) {
  Key destroyed = KeyOf("example.com", "s1");
  destroyed.destroyed_at = Minute(9);
  Picture picture = Picture().With("example.com").With(destroyed);
  picture.After({{RemoveDomain{DomainOf("example.com")}}, {}}).With("example.com");
  EXPECT_EQ(ReasonOf(FreeSelector(picture.Get(), Place(), "s1")), "SELECTOR_EXISTS");
}

TEST(FreeSelector, AnotherDomainsSelectorIsFree) {
  const View view = Picture().With("example.com").With(KeyOf("example.org", "s1")).Get();
  EXPECT_EQ(ReasonOf(FreeSelector(view, Place(), "s1")), "");
}

TEST(FreeSelector, UnderscoresByTheDomainsPolicy) {
  DomainEntry lenient{.domain = DomainOf("example.org"),
                      .allow_underscore = true,
                      .fail_policy = FailPolicy::kTempfail,
                      .senders = {Sender::Default()},
                      .created_at = Minute(0)};
  const View view = Picture().With("example.com").With(lenient).Get();
  EXPECT_EQ(ReasonOf(FreeSelector(view, Place(), "s_1")), "BAD_SELECTOR");
  EXPECT_EQ(ReasonOf(FreeSelector(view, {lenient.domain, Sender::Default()}, "s_1")), "");
}

TEST(FreeSelector, TheRecordsNameMustFitIntoDns) {
  const std::string label(63, 'a');
  const std::string domain = label + "." + label + "." + label + ".example";
  const KeyPlace place{DomainOf(domain), Sender::Default()};
  const View view = Picture().With(domain).Get();
  EXPECT_EQ(ReasonOf(FreeSelector(view, place, std::string(60, 's'))), "BAD_SELECTOR");
  EXPECT_EQ(ReasonOf(FreeSelector(view, place, "s1")), "");
}

TEST(ProposeSelector, TakesTheFirstThatWasNeverUsed) {
  const View view = Picture()
                        .With("example.com")
                        .With(KeyOf("example.com", "p0"))
                        .With(KeyOf("example.com", "p1"))
                        .Get();
  int next = 0;
  const auto selector =
      ProposeSelector(view, Place(), [&next] { return "p" + std::to_string(next++); });
  EXPECT_EQ(selector.value().str(), "p2");
}

TEST(ProposeSelector, GivesUpWhenEveryProposalIsTaken) {
  const View view = Picture().With("example.com").With(KeyOf("example.com", "p")).Get();
  EXPECT_EQ(ReasonOf(ProposeSelector(view, Place(), [] { return "p"; })), "SELECTOR_EXISTS");
}

TEST(DecideGenerate, TwoWithoutASelectorOnOneDayDiffer) {
  Picture picture = Picture().With("example.com");
  for (int i = 0; i < 2; ++i) {
    int proposal = 0;
    const Birth birth{KeyId::Random(), {{"main"}}, [&proposal] {
                        return "20260101-" + std::to_string(proposal++);
                      }};
    const auto decision = DecideGenerate(picture.Get(), Admin(), {.domain = Place().domain}, birth,
                                         Policy(), Minute(i));
    picture.After(decision.value());
  }
  EXPECT_THAT(picture.Get().contents.keys, SizeIs(2));
}

TEST(DecideGenerate, WritesAnIntentThatIsNoKeyYet) {
  const Birth birth{KeyId::Random(), {{"vault"}}, [] { return std::string("auto"); }};
  Policy policy;
  policy.defaults.rsa_bits = 3072;
  policy.defaults.selector_template = "{random}";
  Picture picture = Picture().With("example.com");
  const auto decision =
      DecideGenerate(picture.Get(), Admin(), {.domain = Place().domain}, birth, policy, Minute(3));
  picture.After(decision.value());
  const Key key = *FindSubject(picture.Get(), decision->subject);
  EXPECT_EQ(key.selector.str(), "auto");
  EXPECT_EQ(key.id, birth.id);
  EXPECT_EQ(key.token, "vault");
  EXPECT_EQ(key.rsa_bits, 3072U);
  EXPECT_EQ(key.created_at, Minute(3));
  EXPECT_EQ(key.origin, KeyOrigin::kGenerated);
  EXPECT_FALSE(key.public_key);
}

TEST(CheckRsaBits, Table) {
  const struct {
    Algorithm algorithm;
    unsigned bits;
    const char* reason;
    unsigned chosen;
  } rows[] = {
      {Algorithm::kRsaSha256, 0, "", 3072},
      {Algorithm::kRsaSha256, 2048, "", 2048},
      {Algorithm::kRsaSha256, 3072, "", 3072},
      {Algorithm::kRsaSha256, 4096, "", 4096},
      {Algorithm::kRsaSha256, 512, "BAD_KEY_SIZE", 0},
      {Algorithm::kRsaSha256, 1024, "BAD_KEY_SIZE", 0},
      {Algorithm::kRsaSha256, 2049, "BAD_KEY_SIZE", 0},
      {Algorithm::kRsaSha256, 8192, "BAD_KEY_SIZE", 0},
      {Algorithm::kEd25519Sha256, 0, "", 0},
      {Algorithm::kEd25519Sha256, 256, "BAD_KEY_SIZE", 0},
  };
  for (const auto& row : rows) {
    const auto bits = CheckRsaBits(row.algorithm, row.bits, 3072);
    EXPECT_EQ(ReasonOf(bits), row.reason) << row.bits;
    if (bits) EXPECT_EQ(*bits, row.chosen);
  }
}

// Adoption.

Result<Decision> Adopt(const Picture& picture, const TokenKey& found) {
  return DecideAdopt(picture.Get(), Admin(),
                     {.domain = Place().domain, .selector = "new", .token_key_id = found.id}, found,
                     kTokens.front(), Minute(3));
}

TEST(DecideAdopt, MarksTheKeyImported) {
  Picture picture = Picture().With("example.com");
  const auto decision = Adopt(picture, Found());
  picture.After(decision.value());
  const Key key = *FindSubject(picture.Get(), decision->subject);
  EXPECT_EQ(key.origin, KeyOrigin::kImported);
  EXPECT_EQ(key.id, Found().id);
  EXPECT_EQ(key.public_key, Found().public_key);
  EXPECT_THAT(key.lacks, IsEmpty());
  EXPECT_FALSE(key.activated_at);
}

TEST(DecideAdopt, OneKeyHasOneName) {
  Key same_id = KeyOf("example.org", "s1");
  same_id.id = Found().id;
  EXPECT_EQ(ReasonOf(Adopt(Picture().With("example.com").With(same_id), Found())), "KEY_EXISTS");

  Key same_public_key = KeyOf("example.org", "s1");
  same_public_key.public_key = Found().public_key;
  EXPECT_EQ(ReasonOf(Adopt(Picture().With("example.com").With(same_public_key), Found())),
            "KEY_EXISTS");
}

TEST(DecideAdopt, TwoTokensMayEachHoldAKeyOfOneId) {
  Key elsewhere = KeyOf("example.org", "s1");
  elsewhere.id = Found().id;
  elsewhere.token = "second";
  EXPECT_EQ(ReasonOf(Adopt(Picture().With("example.com").With(elsewhere), Found())), "");
}

TEST(DecideAdopt, ADestroyedKeyDoesNotComeBackUnderAnotherName) {
  Key destroyed = KeyOf("example.com", "found");
  destroyed.destroyed_at = Minute(1);
  EXPECT_EQ(ReasonOf(Adopt(Picture().With("example.com").With(destroyed), Found())), "KEY_EXISTS");
}

TEST(DecideAdopt, AnIntentsPairIsNoStrayKey) {
  Key intent = KeyOf("example.com", "found");
  intent.public_key.reset();
  EXPECT_EQ(ReasonOf(Adopt(Picture().With("example.com").With(intent), Found())), "KEY_EXISTS");
}

TEST(DecideAdopt, RefusesWhatMustNotSignMail) {
  const Picture picture = Picture().With("example.com");
  TokenKey key = Found();
  key.attributes.extractable = true;
  EXPECT_EQ(ReasonOf(Adopt(picture, key)), "KEY_EXTRACTABLE");
  key = Found();
  key.attributes.sensitive = false;
  EXPECT_EQ(ReasonOf(Adopt(picture, key)), "KEY_EXTRACTABLE");
  key = Found();
  key.rsa_bits = 1024;
  EXPECT_EQ(ReasonOf(Adopt(picture, key)), "KEY_TOO_SMALL");
  key = Found();
  key.rsa_bits = 2047;
  EXPECT_EQ(ReasonOf(Adopt(picture, key)), "KEY_TOO_SMALL");
  for (const KeyPurpose purpose : {KeyPurpose::kHealth, KeyPurpose::kAudit}) {
    key = Found();
    key.purpose = purpose;
    EXPECT_EQ(ReasonOf(Adopt(picture, key)), "WRONG_PURPOSE");
  }
}

TEST(DecideAdopt, AnEd25519KeyHasNoBits) {
  TokenKey key = Found();
  key.public_key.algorithm = Algorithm::kEd25519Sha256;
  key.rsa_bits = 0;
  EXPECT_EQ(ReasonOf(Adopt(Picture().With("example.com"), key)), "");
}

TEST(WhatItLacks, NamesEachAttribute) {
  KeyAttributes lacking = Found().attributes;
  lacking.local = false;
  EXPECT_THAT(WhatItLacks(lacking), ElementsAre(HasSubstr("CKA_LOCAL")));
  EXPECT_THAT(WhatItLacks(KeyAttributes{.sensitive = true,
                                        .always_sensitive = false,
                                        .extractable = false,
                                        .never_extractable = false,
                                        .local = false,
                                        .modifiable = true,
                                        .may_decrypt = true,
                                        .allowed_mechanisms = {}}),
              ElementsAre(HasSubstr("CKA_LOCAL"), HasSubstr("CKA_ALWAYS_SENSITIVE"),
                          HasSubstr("CKA_NEVER_EXTRACTABLE"), HasSubstr("CKA_MODIFIABLE"),
                          HasSubstr("decrypt"), HasSubstr("CKA_ALLOWED_MECHANISMS")));
}

// Births that were interrupted.

TEST(CheckBornHere, TakesWhatGenerateWouldHaveAnswered) {
  Key intent = KeyOf("example.com", "found");
  intent.public_key.reset();
  EXPECT_EQ(ReasonOf(CheckBornHere(intent, Found())), "");
}

TEST(CheckBornHere, RefusesWhatGenerateWouldHaveRemoved) {
  const Key intent = KeyOf("example.com", "found");
  const auto reason = [&intent](void (*change)(TokenKey&)) {
    TokenKey key = Found();
    change(key);
    return ReasonOf(CheckBornHere(intent, key));
  };
  EXPECT_EQ(reason([](TokenKey& key) { key.attributes.local = false; }), "KEY_NOT_BORN_HERE");
  EXPECT_EQ(reason([](TokenKey& key) { key.attributes.sensitive = false; }), "KEY_NOT_BORN_HERE");
  EXPECT_EQ(reason([](TokenKey& key) { key.attributes.always_sensitive = false; }),
            "KEY_NOT_BORN_HERE");
  EXPECT_EQ(reason([](TokenKey& key) { key.attributes.extractable = true; }), "KEY_NOT_BORN_HERE");
  EXPECT_EQ(reason([](TokenKey& key) { key.attributes.never_extractable = false; }),
            "KEY_NOT_BORN_HERE");
  EXPECT_EQ(reason([](TokenKey& key) { key.purpose = KeyPurpose::kAudit; }), "KEY_NOT_BORN_HERE");
  EXPECT_EQ(reason([](TokenKey& key) { key.rsa_bits = 4096; }), "KEY_NOT_BORN_HERE");
  EXPECT_EQ(reason([](TokenKey& key) { key.public_key.algorithm = Algorithm::kEd25519Sha256; }),
            "KEY_NOT_BORN_HERE");
}

}  // namespace
}  // namespace dkimkeeper

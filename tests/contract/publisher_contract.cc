// What every Publisher promises that writes by itself.
#include "tests/contract/publisher_contract.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "proto/dkim/txt_record.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// Two RSA keys, made once: their records need two strings.
PublicKey RsaKey(int n) {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> made;
    for (int i = 0; i < 3; ++i) {
      EVP_PKEY* pair = EVP_RSA_gen(2048);
      unsigned char* der = nullptr;
      const int size = i2d_PUBKEY(pair, &der);
      made.emplace_back(der, der + size);
      OPENSSL_free(der);
      EVP_PKEY_free(pair);
    }
    return made;
  }();
  return {Algorithm::kRsaSha256, keys.at(static_cast<std::size_t>(n))};
}

KeyRecord Revoked() { return {.public_key = std::nullopt}; }

StandingRecords OneTxt(TxtStrings strings) { return {.txt = {std::move(strings)}}; }

}  // namespace

void PublisherContract::SetUp() {
  backend_ = GetParam().make();
  if (!backend_) GTEST_SKIP() << "not on this machine";
  name_ = NameWritten(ChangeOf({}, {})).value();
}

KeyRecord PublisherContract::RecordOf(int n) { return {.public_key = RsaKey(n)}; }

RecordChange PublisherContract::ChangeOf(std::optional<KeyRecord> before,
                                         std::optional<KeyRecord> after) const {
  return {.domain = Domain::Parse(backend_->domain()).value(),
          .selector = Selector::Parse("s1").value(),
          .before = std::move(before),
          .after = std::move(after),
          .ttl = std::chrono::seconds(300)};
}

void PublisherContract::ExpectDone(const RecordChange& change) {
  const auto published = backend_->publisher().Publish(change);
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(*published, Publication::kDone);
}

void PublisherContract::ExpectChanged(const RecordChange& change) {
  const StandingRecords before = Standing();
  const auto published = backend_->publisher().Publish(change);
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, Code::kFailedPrecondition) << published.error().message;
  EXPECT_EQ(published.error().reason, reason::kRecordChanged) << published.error().message;
  EXPECT_THAT(published.error().message, testing::HasSubstr(name_));
  EXPECT_EQ(Standing(), before) << "it is left alone";
}

TEST_P(PublisherContract, CreatesReplacesAndRemovesAndTakesEachAgain) {
  const std::string first = RenderKeyRecord(RecordOf(0));
  for (int again = 0; again < 2; ++again) {
    ExpectDone(ChangeOf({}, RecordOf(0)));
    EXPECT_EQ(Standing(), OneTxt(SplitCharacterStrings(first)));
  }
  for (int again = 0; again < 2; ++again) {
    ExpectDone(ChangeOf(RecordOf(0), Revoked()));
    EXPECT_EQ(Standing(), OneTxt({RenderKeyRecord(Revoked())}));
  }
  for (int again = 0; again < 2; ++again) {
    ExpectDone(ChangeOf(Revoked(), {}));
    EXPECT_EQ(Standing(), StandingRecords());
  }
}

TEST_P(PublisherContract, ReplacesOneKeyByAnother) {
  ExpectDone(ChangeOf({}, RecordOf(0)));
  ExpectDone(ChangeOf(RecordOf(0), RecordOf(1)));
  EXPECT_EQ(Standing(), OneTxt(SplitCharacterStrings(RenderKeyRecord(RecordOf(1)))));
}

TEST_P(PublisherContract, ReplacesTheTagsOfOneKey) {
  KeyRecord strict = RecordOf(0);
  strict.flags = {"s"};
  ExpectDone(ChangeOf({}, RecordOf(0)));
  ExpectDone(ChangeOf(RecordOf(0), strict));
  EXPECT_EQ(Standing(), OneTxt(SplitCharacterStrings(RenderKeyRecord(strict))));
}

TEST_P(PublisherContract, NeighboursStay) {
  RecordChange neighbour = ChangeOf({}, RecordOf(1));
  neighbour.selector = Selector::Parse("s2").value();
  ExpectDone(ChangeOf({}, RecordOf(0)));
  ExpectDone(neighbour);
  ExpectDone(ChangeOf(RecordOf(0), {}));
  EXPECT_EQ(backend_->At(NameWritten(neighbour).value()),
            OneTxt(SplitCharacterStrings(RenderKeyRecord(RecordOf(1)))));
}

TEST_P(PublisherContract, RecordOfAnotherKeyIsLeftAlone) {
  backend_->Put(name_, OneTxt(SplitCharacterStrings(RenderKeyRecord(RecordOf(2)))));
  ExpectChanged(ChangeOf({}, RecordOf(0)));
  ExpectChanged(ChangeOf(RecordOf(0), RecordOf(1)));
  ExpectChanged(ChangeOf(RecordOf(0), {}));
}

TEST_P(PublisherContract, WhatIsNoKeyRecordIsLeftAlone) {
  backend_->Put(name_, OneTxt({"v=spf1 -all"}));
  ExpectChanged(ChangeOf({}, RecordOf(0)));
  ExpectChanged(ChangeOf(RecordOf(0), {}));
}

TEST_P(PublisherContract, SecondRecordBesideOursIsLeftAlone) {
  backend_->Put(name_, {.txt = {SplitCharacterStrings(RenderKeyRecord(RecordOf(0))), {"note"}}});
  ExpectChanged(ChangeOf({}, RecordOf(0)));
  ExpectChanged(ChangeOf(RecordOf(0), {}));
}

TEST_P(PublisherContract, RecordThatVanishedIsNotReplaced) {
  ExpectChanged(ChangeOf(RecordOf(0), RecordOf(1)));
}

TEST_P(PublisherContract, RecordThatItsOwnerWrappedAnewIsStillOurs) {
  const std::string value = RenderKeyRecord(RecordOf(0));
  const StandingRecords wrapped =
      OneTxt({value.substr(0, 100), value.substr(100, 200), value.substr(300)});
  backend_->Put(name_, wrapped);
  ExpectDone(ChangeOf({}, RecordOf(0)));
  EXPECT_EQ(Standing(), wrapped);
  ExpectDone(ChangeOf(RecordOf(0), Revoked()));
  EXPECT_EQ(Standing(), OneTxt({RenderKeyRecord(Revoked())}));

  backend_->Put(name_, wrapped);
  ExpectDone(ChangeOf(RecordOf(0), {}));
  EXPECT_EQ(Standing(), StandingRecords());
}

TEST_P(PublisherContract, NoteThatItsOwnerAddedDoesNotMakeItAnother) {
  KeyRecord noted = RecordOf(0);
  noted.note = "mail; ask Jo";
  backend_->Put(name_, OneTxt(SplitCharacterStrings(RenderKeyRecord(noted))));
  ExpectDone(ChangeOf({}, RecordOf(0)));
  ExpectDone(ChangeOf(RecordOf(0), {}));
  EXPECT_EQ(Standing(), StandingRecords());
}

TEST_P(PublisherContract, CnameInTheWayIsLeftAlone) {
  if (!backend_->HoldsCname()) GTEST_SKIP() << "holds TXT records only";
  backend_->Put(name_, {.cname = "s1.elsewhere.example"});
  ExpectChanged(ChangeOf({}, RecordOf(0)));
  ExpectChanged(ChangeOf(RecordOf(0), RecordOf(1)));
  ExpectChanged(ChangeOf(RecordOf(0), {}));
}

TEST_P(PublisherContract, NobodyAnswers) {
  backend_->GoAway();
  const auto published = backend_->publisher().Publish(ChangeOf({}, RecordOf(0)));
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, Code::kUnavailable) << published.error().message;
  EXPECT_EQ(published.error().reason, reason::kPublisherAway);
}

}  // namespace dkimkeeper

#include "server/signing/signer.h"

#include <gmock/gmock.h>

#include <future>
#include <optional>
#include <thread>

#include "tests/unit/server/signing/signing_fixture.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class SignerTest : public SigningFixture {
 protected:
  Signer signer_{Parts()};
};

TEST_F(SignerTest, SignsTheDigestItWasGiven) {
  const auto signature = Ask(signer_, "mail", Soon()).get();
  EXPECT_TRUE(Verifies("mail", signature));
  EXPECT_FALSE(Verifies("another mail", signature));
  EXPECT_EQ(signer_.signatures(), 1U);
  EXPECT_EQ(signer_.failures(), 0U);
}

TEST_F(SignerTest, WritesDownWhoSignedWhat) {
  EXPECT_TRUE(Ask(signer_, "mail", Soon()).get());
  ASSERT_THAT(audit_.entries(), SizeIs(1));
  const AuditEntry entry = audit_.entries()[0];
  EXPECT_EQ(entry.at, sample::Minute(30));
  EXPECT_EQ(entry.identity, "unix:mta");
  EXPECT_EQ(entry.act, "sign");
  EXPECT_EQ(entry.domain, "example.com");
  EXPECT_EQ(entry.sender, "default");
  EXPECT_EQ(entry.selector, "s1");
  EXPECT_EQ(entry.algorithm, "ed25519-sha256");
  EXPECT_EQ(entry.digest, DigestOf("mail"));
  EXPECT_EQ(entry.claimed, "queue 7");
  EXPECT_EQ(entry.result, "ok");
}

TEST_F(SignerTest, WritesDownHowLongItTook) {
  token_.Hold(Call::kSign);
  auto answer = Ask(signer_, "mail", Soon());
  token_.WaitUntilHeld(Call::kSign, 1);
  clock_.Advance(milliseconds(7));
  token_.Release(Call::kSign);
  EXPECT_TRUE(answer.get());
  EXPECT_EQ(audit_.entries().at(0).latency_microseconds, 7000U);
}

class DurableSignerTest : public SigningFixture {
 protected:
  DurableSignerTest() { audit_.HoldSignatures(); }
  // Waits for the token, but not for the answer.
  void AwaitHeld(std::size_t count) const {
    while (audit_.held() < count) std::this_thread::yield();
  }
  Signer signer_{Parts()};
};

TEST_F(DurableSignerTest, ASignatureLeavesWhenItsRecordIsWritten) {
  auto answer = Ask(signer_, "mail", Soon());
  AwaitHeld(1);
  EXPECT_EQ(answer.wait_for(milliseconds(0)), std::future_status::timeout);
  audit_.Release({});
  EXPECT_TRUE(Verifies("mail", answer.get()));
}

TEST_F(DurableSignerTest, ASignatureWithoutItsRecordDoesNotLeave) {
  auto answer = Ask(signer_, "mail", Soon());
  AwaitHeld(1);
  audit_.Release(Fail(Code::kUnavailable, "AUDIT_UNWRITABLE", "the disk is full"));
  EXPECT_EQ(answer.get().error().reason, "AUDIT_UNWRITABLE");
}

TEST_F(DurableSignerTest, ARefusalWaitsForNobody) {
  token_.Fail(Call::kSign, 1, Error{Code::kUnavailable, "TOKEN_AWAY", "away"});
  EXPECT_EQ(Ask(signer_, "mail", Soon()).get().error().reason, "TOKEN_AWAY");
  EXPECT_EQ(audit_.held(), 0U);
}

TEST_F(SignerTest, WhereTheLogStopsSignaturesTheTokenIsNotAsked) {
  audit_.Fail({Code::kUnavailable, "AUDIT_UNWRITABLE", "the disk is full"});
  EXPECT_EQ(Ask(signer_, "mail", Soon()).get().error().reason, "AUDIT_UNWRITABLE");
  EXPECT_EQ(token_.calls(Call::kSign), 0U);
  EXPECT_EQ(audit_.entries().at(0).result, "AUDIT_UNWRITABLE");
}

TEST_F(SignerTest, CountsAndMeasures) {
  EXPECT_TRUE(Ask(signer_, "mail", Soon()).get());
  token_.Fail(Call::kSign, 1, Error{Code::kUnavailable, "TOKEN_AWAY", "away"});
  EXPECT_FALSE(Ask(signer_, "mail", Soon()).get());
  tokens_.all().StopSigning();
  EXPECT_TRUE(Counts("dkimkeeper_signatures_total{algorithm=\"ed25519-sha256\",result=\"ok\"} 1"));
  EXPECT_TRUE(
      Counts("dkimkeeper_signatures_total{algorithm=\"ed25519-sha256\",result=\"TOKEN_AWAY\"} 1"));
  EXPECT_TRUE(Counts("dkimkeeper_queue_seconds_count 2"));
  EXPECT_TRUE(Counts("dkimkeeper_token_seconds_count 2"));
  EXPECT_EQ(signer_.signatures(), 1U);
  EXPECT_EQ(signer_.failures(), 1U);
}

TEST_F(SignerTest, NotesWhoSignedByWhichGrantAndWhoWasRefused) {
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(Ask(signer_, "mail", Soon()).get());
  token_.Fail(Call::kSign, 1, Error{Code::kUnavailable, "TOKEN_AWAY", "away"});
  EXPECT_FALSE(Ask(signer_, "mail", Soon()).get());
  signer_.RecordMalformed(sample::IdentityOf("unix:mta"), SignedBy::kDigest,
                          {Code::kInvalidArgument, "BAD_DIGEST", ""});
  const IdentityActivity seen = activity_.Now().identities.at("unix:mta");
  EXPECT_EQ(seen.signatures, 2U);
  EXPECT_THAT(seen.refused, ElementsAre(Pair("BAD_DIGEST", 1), Pair("TOKEN_AWAY", 1)));
  EXPECT_THAT(first_uses_, ElementsAre("example.com/*"));
}

TEST_F(SignerTest, ATokensErrorReachesTheCallerAndTheAudit) {
  token_.Fail(Call::kSign, 1, Error{Code::kUnavailable, "TOKEN_AWAY", "away"});
  const auto answer = Ask(signer_, "mail", Soon()).get();
  EXPECT_EQ(answer.error().code, Code::kUnavailable);
  EXPECT_EQ(answer.error().reason, "TOKEN_AWAY");
  EXPECT_EQ(audit_.entries().at(0).result, "TOKEN_AWAY");
}

TEST_F(SignerTest, WhatWaitedTooLongNeverReachesTheToken) {
  token_.Hold(Call::kSign);
  auto first = Ask(signer_, "first", Soon());
  token_.WaitUntilHeld(Call::kSign, 1);
  auto late = Ask(signer_, "late", clock_.Steady() + milliseconds(500));
  clock_.Advance(milliseconds(500));
  token_.Release(Call::kSign);
  EXPECT_TRUE(first.get());
  const auto answer = late.get();
  EXPECT_EQ(answer.error().code, Code::kDeadlineExceeded);
  EXPECT_EQ(answer.error().reason, "DEADLINE");
  EXPECT_EQ(token_.calls(Call::kSign), 1U);
  EXPECT_EQ(audit_.entries().back().result, "DEADLINE");
  EXPECT_TRUE(Counts("result=\"DEADLINE\"} 1"));
}

TEST_F(SignerTest, AFullQueueAnswersAtOnceWithARetryHint) {
  token_.Hold(Call::kSign);
  std::vector<std::future<Result<std::string>>> accepted;
  accepted.push_back(Ask(signer_, "running", Soon()));
  token_.WaitUntilHeld(Call::kSign, 1);
  for (int i = 0; i < 2; ++i) accepted.push_back(Ask(signer_, "waiting", Soon()));
  EXPECT_EQ(signer_.queued(), 2U);

  const auto refused = Ask(signer_, "one too many", Soon()).get();  // while the token hangs
  EXPECT_EQ(refused.error().code, Code::kResourceExhausted);
  EXPECT_EQ(refused.error().reason, "QUEUE_FULL");
  EXPECT_GT(refused.error().retry_after.count(), 0);
  ASSERT_THAT(audit_.entries(), SizeIs(1));
  EXPECT_EQ(audit_.entries()[0].result, "QUEUE_FULL");
  EXPECT_TRUE(Counts("result=\"QUEUE_FULL\"} 1"));

  token_.Release(Call::kSign);
  for (auto& answer : accepted) EXPECT_TRUE(answer.get());
}

TEST_F(SignerTest, AFullQueueOfATokenThatIsAwayTellsOfTheToken) {
  token_.SetReadyWorkers(0);
  token_.Hold(Call::kSign);
  std::vector<std::future<Result<std::string>>> accepted;
  accepted.push_back(Ask(signer_, "running", Soon()));
  token_.WaitUntilHeld(Call::kSign, 1);
  for (int i = 0; i < 2; ++i) accepted.push_back(Ask(signer_, "waiting", Soon()));

  const auto refused = Ask(signer_, "one too many", Soon()).get();
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_EQ(refused.error().reason, "TOKEN_AWAY");
  EXPECT_GT(refused.error().retry_after.count(), 0);

  token_.Release(Call::kSign);
  for (auto& answer : accepted)
    EXPECT_TRUE(answer.get()) << "what waited is signed when it returns";
}

TEST_F(SignerTest, AKeyOfATokenThatIsNotConfiguredIsRefused) {
  key_.token = "gone";
  const auto refused = Ask(signer_, "mail", Soon()).get();
  EXPECT_EQ(refused.error().code, Code::kNotFound);
  EXPECT_EQ(refused.error().reason, "TOKEN_UNKNOWN");
  EXPECT_EQ(audit_.entries().at(0).result, "TOKEN_UNKNOWN");
}

TEST_F(SigningFixture, ATokenThatHangsHoldsUpNoOther) {
  FakeToken other("other");
  const QuietTokens both({{.token = other}, {.token = token_}}, clock_);
  Signer::Parts parts{.tokens = both,
                      .audit = audit_,
                      .metrics = metrics_,
                      .activity = activity_,
                      .clock = clock_,
                      .on_key_changed = {},
                      .on_first_use = {}};
  Signer signer(std::move(parts));
  other.Hold(Call::kSign);
  Key key = key_;
  key_.token = "other";
  auto stuck = Ask(signer, "mail", Soon());
  other.WaitUntilHeld(Call::kSign, 1);
  key_ = key;
  EXPECT_TRUE(Ask(signer, "mail", Soon()).get());
  other.Release(Call::kSign);
  EXPECT_EQ(stuck.get().error().reason, "TOKEN_KEY_UNKNOWN") << "it was asked, not the other one";
}

TEST_F(SignerTest, AnotherKeyInTheTokenIsReportedAndNotUsed) {
  token_.ReplaceKey(key_.id, SoftwareKey::Ed25519());
  EXPECT_EQ(Ask(signer_, "mail", Soon()).get().error().reason, "KEY_CHANGED");
  tokens_.all().StopSigning();
  EXPECT_THAT(changed_, ElementsAre("s1"));
}

TEST_F(SignerTest, OtherErrorsAreNoChangedKey) {
  token_.Fail(Call::kSign, 1, Error{Code::kInternal, "BAD_SIGNATURE", "bad"});
  EXPECT_FALSE(Ask(signer_, "mail", Soon()).get());
  tokens_.all().StopSigning();
  EXPECT_THAT(changed_, IsEmpty());
}

TEST_F(SignerTest, RefusalsBeforeAnOrderAreRecordedToo) {
  const Error error{Code::kPermissionDenied, "NO_GRANT", "no"};
  SignRequest request = Request("mail", "claimed");
  signer_.RecordRefusal(sample::IdentityOf("unix:stranger"), request, error);
  request.sender = sample::SenderOf("news");
  signer_.RecordRefusal(sample::IdentityOf("unix:stranger"), request, error);
  ASSERT_THAT(audit_.entries(), SizeIs(2));
  EXPECT_EQ(audit_.entries()[0].identity, "unix:stranger");
  EXPECT_EQ(audit_.entries()[0].result, "NO_GRANT");
  EXPECT_EQ(audit_.entries()[0].claimed, "claimed");
  EXPECT_EQ(audit_.entries()[0].sender, "");
  EXPECT_EQ(audit_.entries()[1].sender, "news");
  EXPECT_EQ(signer_.failures(), 2U);
  EXPECT_TRUE(Counts("result=\"NO_GRANT\"} 2"));
}

TEST_F(SignerTest, WritesDownThatHeadersWereLookedAtAndWhatWasWrong) {
  SignRequest request = Request("mail", "claimed");
  request.by = SignedBy::kHeaders;
  const auto stranger = sample::IdentityOf("unix:stranger");
  signer_.RecordRefusal(stranger, request, {Code::kInvalidArgument, "BAD_HEADERS", "another d="});
  signer_.RecordRefusal(stranger, request, {Code::kPermissionDenied, "NO_GRANT", "no"});
  signer_.RecordMalformed(stranger, SignedBy::kHeaders,
                          {Code::kInvalidArgument, "BAD_DOMAIN", "no domain"});
  ASSERT_THAT(audit_.entries(), SizeIs(3));
  for (const AuditEntry& entry : audit_.entries()) EXPECT_EQ(entry.act, "sign.headers");
  EXPECT_EQ(audit_.entries()[0].detail, "another d=");
  EXPECT_EQ(audit_.entries()[1].detail, "");
}

TEST_F(SigningFixture, AtItsEndWhatWaitsIsAnsweredFirst) {
  std::vector<std::future<Result<std::string>>> answers;
  std::optional<Signer> signer(std::in_place, Parts());
  token_.Hold(Call::kSign);
  for (int i = 0; i < 3; ++i) {
    answers.push_back(Ask(*signer, "mail", Soon()));
    token_.WaitUntilHeld(Call::kSign, 1);
  }
  const std::jthread releaser([this] { token_.Release(Call::kSign); });
  signer.reset();
  for (auto& answer : answers) {
    ASSERT_EQ(answer.wait_for(milliseconds(0)), std::future_status::ready);
    EXPECT_TRUE(Verifies("mail", answer.get()));
  }
}

TEST_F(SignerTest, AfterTheQueueWasStoppedItSaysSo) {
  tokens_.all().StopSigning();
  const auto answer = Ask(signer_, "mail", Soon()).get();
  EXPECT_EQ(answer.error().reason, "SHUTTING_DOWN");
  EXPECT_EQ(audit_.entries().at(0).result, "SHUTTING_DOWN");
}

}  // namespace
}  // namespace dkimkeeper

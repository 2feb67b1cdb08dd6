// Signatures that are chosen once the message is read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dkimkeeper/message_signer.h"
#include "proto/reason.h"
#include "tests/fakes/echo_signer.h"
#include "tests/unit/client/dkim/support.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kMessage = "From: joe@example.com\r\nTo: a@example.net\r\n\r\nHi.  \r\n";

// Refuses once, as custody does where a key was replaced meanwhile; then echoes.
class ReplacedKeySigner final : public DigestSigner {
 public:
  std::vector<Result<std::string>> SignDigests(std::span<const DigestToSign> items) override {
    if (refused_) return echo_.SignDigests(items);
    refused_ = true;
    return {items.size(), Result<std::string>(Fail(Code::kFailedPrecondition,
                                                   reason::kSelectorNotActive, "replaced"))};
  }

 private:
  EchoSigner echo_;
  bool refused_ = false;
};

std::unique_ptr<MessageSigner> ReadFor(Canonicalization body, DigestSigner& signer) {
  auto message = MessageSigner::CreateForLater(body, {}, signer).value();
  EXPECT_TRUE(message->Append(kMessage));
  return message;
}

TEST(LaterSignaturesTest, TheyAreWhatFinishGives) {
  for (const CanonicalizationPair& pair : {kRelaxedSimple, CanonicalizationPair()}) {
    EchoSigner signer;
    const auto at_once = Sign(kMessage, {SpecFor(pair)}, {}, signer);
    const auto later = ReadFor(pair.body, signer)->FinishWith({SpecFor(pair)});
    ASSERT_TRUE(later && at_once);
    EXPECT_EQ(*later, *at_once);
  }
}

TEST(LaterSignaturesTest, AKeyThatWasReplacedMeanwhileIsChosenAnew) {
  ReplacedKeySigner signer;
  const auto message = ReadFor(Canonicalization::kRelaxed, signer);
  const auto refused = message->FinishWith({SpecFor()});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, reason::kSelectorNotActive);

  SignatureSpec other = SpecFor();
  other.selector = Selector::Parse("next").value();
  const auto fields = message->FinishWith({other});
  ASSERT_TRUE(fields) << fields.error().message;
  EXPECT_EQ(ParseEmitted(fields->at(0)).selector.str(), "next");
  EXPECT_EQ(*fields, *Sign(kMessage, {other}, {}, signer));
}

TEST(LaterSignaturesTest, FinishAloneIsRefused) {
  EchoSigner signer;
  const auto fields = ReadFor(Canonicalization::kRelaxed, signer)->Finish();
  ASSERT_FALSE(fields);
  EXPECT_EQ(fields.error().reason, reason::kWrongState);
}

TEST(LaterSignaturesTest, ABodyThatWasNotReadForIsRefused) {
  EchoSigner signer;
  const auto fields =
      ReadFor(Canonicalization::kRelaxed, signer)->FinishWith({SpecFor(kRelaxedSimple)});
  ASSERT_FALSE(fields);
  EXPECT_EQ(fields.error().reason, reason::kBadOption);
}

TEST(LaterSignaturesTest, NoSignatureAndABadIdentityAreRefused) {
  EchoSigner signer;
  const auto message = ReadFor(Canonicalization::kRelaxed, signer);
  EXPECT_EQ(message->FinishWith({}).error().reason, reason::kBadOption);
  SignatureSpec spec = SpecFor();
  spec.identity = "joe@other.example";
  EXPECT_EQ(message->FinishWith({spec}).error().reason, reason::kBadOption);
}

}  // namespace
}  // namespace dkimkeeper

// What MessageSigner must not sign, and how it says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/reason.h"
#include "tests/fakes/echo_signer.h"
#include "tests/unit/client/dkim/support.h"

namespace dkimkeeper {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Case {
  std::string name, message, what;
};

void PrintTo(const Case& row, std::ostream* out) { *out << row.name; }

class RefusalTest : public ::testing::TestWithParam<Case> {};

TEST_P(RefusalTest, IsBadMessageWithoutItsContent) {
  EchoSigner signer;
  const auto fields = Sign(GetParam().message, {SpecFor()}, {}, signer);
  ASSERT_FALSE(fields.has_value());
  EXPECT_EQ(fields.error().code, Code::kInvalidArgument);
  EXPECT_EQ(fields.error().reason, reason::kBadMessage);
  EXPECT_THAT(fields.error().message, HasSubstr(GetParam().what));
  EXPECT_THAT(fields.error().message, Not(HasSubstr("secret")));
  EXPECT_TRUE(signer.asked().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RefusalTest,
    ::testing::Values(
        Case{"Nothing", "", "no From"},  //
        Case{"NoFrom", "To: secret@b.example\r\n\r\n", "no From"},
        Case{"FromOnlyInTheBody", "To: a@b.example\r\n\r\nFrom: secret@b.example\r\n", "no From"},
        Case{"SeveralFromFields", "From: secret@b.example\r\nFrom: d@e.example\r\n\r\n",
             "more than one From"},
        Case{"SeveralFromFieldsInOtherCases",
             "From: secret@b.example\r\nfROM : d@e.example\r\n\r\n", "more than one From"},
        Case{"FromWithoutAuthor", "From: \r\n\r\n", "one author"},
        Case{"FromWithTwoAuthors", "From: secret@b.example, d@e.example\r\n\r\n", "one author"},
        Case{"BareLfInTheHeader", "From: a@b.example\nTo: secret\r\n\r\n", "Line 1 of the header"},
        Case{"BareCrInTheHeader", "From: a@b.example\r\nTo: x\rsecret\r\n\r\n",
             "Line 2 of the header"},
        Case{"BareLfInTheBody", "From: a@b.example\r\n\r\na\r\nsecret\nb\r\n",
             "Line 2 of the body"},
        Case{"BareCrInTheBody", "From: a@b.example\r\n\r\na\r\n\r\nsecret\rb\r\n",
             "Line 3 of the body"},
        Case{"CrAtTheVeryEnd", "From: a@b.example\r\n\r\nsecret\r", "Line 1 of the body"},
        Case{"LineWithoutColon", "From: a@b.example\r\nsecret\r\n\r\n", "Line 2 of the header"},
        Case{"BodyWithoutEmptyLine", "From: a@b.example\r\nsecret text\r\n",
             "Line 2 of the header"},
        Case{"BadFieldName", "From: a@b.example\r\nsec ret: 1\r\n\r\n", "Line 2 of the header"},
        Case{"LeadingContinuation", " secret\r\nFrom: a@b.example\r\n\r\n",
             "Line 1 of the header"}),
    [](const ::testing::TestParamInfo<Case>& row) { return row.param.name; });

TEST(RefusalTest, HeaderLargerThanTheBound) {
  const std::string header = "From: a@example.com\r\nX: " + std::string(1000, 'x') + "\r\n";
  const auto sign = [&](std::size_t bound) {
    return SignEcho(header + "\r\nbody\r\n", {SpecFor()}, {.max_header_bytes = bound});
  };
  EXPECT_TRUE(sign(header.size()).has_value());
  EXPECT_EQ(sign(header.size() - 1).error().reason, reason::kBadMessage);
}

TEST(RefusalTest, FirstErrorIsTheAnswerToEveryLaterCall) {
  EchoSigner signer;
  const auto message = MessageSigner::Create({SpecFor()}, {}, signer).value();
  const Outcome first = message->Append("From: a@example.com\r\nno colon\r\n\r\n");
  ASSERT_FALSE(first.has_value());
  const std::string text = first.error().message;
  EXPECT_EQ(message->Append("x").error().message, text);
  EXPECT_EQ(message->AddHeaderField("To", "b").error().message, text);
  EXPECT_EQ(message->EndHeader().error().message, text);
  EXPECT_EQ(message->AppendBody("x").error().message, text);
  EXPECT_EQ(message->Author().error().message, text);
  EXPECT_EQ(message->Finish().error().message, text);
}

TEST(RefusalTest, MilterFieldThatSmugglesAnother) {
  EchoSigner signer;
  const auto message = MessageSigner::Create({SpecFor()}, {}, signer).value();
  ASSERT_TRUE(message->AddHeaderField("From", " a@example.com").has_value());
  const Outcome added = message->AddHeaderField("Subject", " x\r\nBcc: secret@example.com");
  ASSERT_FALSE(added.has_value());
  EXPECT_EQ(added.error().reason, reason::kBadMessage);
  EXPECT_THAT(added.error().message, HasSubstr("Header field 2"));
  EXPECT_THAT(added.error().message, Not(HasSubstr("secret")));
}

TEST(RefusalTest, CallsOutOfOrder) {
  const auto create = [] {
    static EchoSigner signer;
    return MessageSigner::Create({SpecFor()}, {}, signer).value();
  };
  const auto expect_wrong_state = [](const auto& result) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, Code::kFailedPrecondition);
    EXPECT_EQ(result.error().reason, reason::kWrongState);
  };
  expect_wrong_state(create()->AppendBody("x"));
  expect_wrong_state(create()->Author());

  auto mixed = create();
  ASSERT_TRUE(mixed->Append("From: a@example.com\r\n").has_value());
  expect_wrong_state(mixed->AddHeaderField("To", " b"));

  auto unended = create();
  ASSERT_TRUE(unended->AddHeaderField("From", " a@example.com").has_value());
  expect_wrong_state(unended->Finish());

  auto ended = create();
  ASSERT_TRUE(ended->AddHeaderField("From", " a@example.com").has_value());
  ASSERT_TRUE(ended->EndHeader().has_value());
  expect_wrong_state(ended->AddHeaderField("To", " b"));

  auto ended_twice = create();
  ASSERT_TRUE(ended_twice->AddHeaderField("From", " a@example.com").has_value());
  ASSERT_TRUE(ended_twice->EndHeader().has_value());
  expect_wrong_state(ended_twice->EndHeader());

  auto finished = create();
  ASSERT_TRUE(finished->Append("From: a@example.com\r\n\r\n").has_value());
  ASSERT_TRUE(finished->Finish().has_value());
  expect_wrong_state(finished->Finish());
}

TEST(RefusalTest, AppendAfterFinish) {
  EchoSigner signer;
  const auto message = MessageSigner::Create({SpecFor()}, {}, signer).value();
  ASSERT_TRUE(message->Append("From: a@example.com\r\n\r\n").has_value());
  ASSERT_TRUE(message->Finish().has_value());
  EXPECT_EQ(message->Append("x").error().reason, reason::kWrongState);
}

TEST(RefusalTest, BadOptionsAreRefusedBeforeAnyMessage) {
  EchoSigner signer;
  EXPECT_EQ(MessageSigner::Create({}, {}, signer).error().reason, reason::kBadOption);
  EXPECT_EQ(MessageSigner::Create({SpecFor()}, {.signed_headers = {"To"}}, signer).error().reason,
            reason::kBadOption);
}

// Answers with what it was made with, whatever is asked.
class FixedSigner final : public DigestSigner {
 public:
  explicit FixedSigner(std::vector<Result<std::string>> answer) : answer_(std::move(answer)) {}
  std::vector<Result<std::string>> SignDigests(std::span<const DigestToSign> /*items*/) override {
    return answer_;
  }

 private:
  std::vector<Result<std::string>> answer_;
};

Error ErrorWith(std::vector<Result<std::string>> answer, std::vector<SignatureSpec> specs) {
  FixedSigner signer(std::move(answer));
  const auto fields = Sign("From: a@example.com\r\n\r\n", std::move(specs), {}, signer);
  return fields ? Error{} : fields.error();
}

TEST(RefusalTest, OneFailedSignatureFailsAll) {
  const Result<std::string> failed =
      Fail(Code::kFailedPrecondition, reason::kSelectorNotActive, "The selector does not sign.");
  EXPECT_EQ(ErrorWith({std::string(256, 's'), failed}, {SpecFor(), SpecFor()}).reason,
            reason::kSelectorNotActive);
}

TEST(RefusalTest, SignerThatAnswersWrongly) {
  EXPECT_EQ(ErrorWith({}, {SpecFor()}).code, Code::kInternal);
  EXPECT_EQ(ErrorWith({std::string("s"), std::string("s")}, {SpecFor()}).code, Code::kInternal);
  EXPECT_EQ(ErrorWith({std::string()}, {SpecFor()}).reason, reason::kBadSignature);
  SignatureSpec ed25519 = SpecFor();
  ed25519.algorithm = Algorithm::kEd25519Sha256;
  EXPECT_EQ(ErrorWith({std::string(63, 's')}, {ed25519}).reason, reason::kBadSignature);
}

}  // namespace
}  // namespace dkimkeeper

#include "client/cli/sign_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "proto/reason.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::int64_t kNow = 1'751'371'380;
constexpr const char* kMail =
    "From: Joe <joe@example.com>\r\nTo: x@example.org\r\nSubject: hello\r\n\r\nHi.\r\n";

template <typename T, typename V>
SignCommand With(T SignCommand::* field, V value) {
  SignCommand command;
  command.*field = std::move(value);
  return command;
}

class FakeSigner : public DigestSigner {
 public:
  std::vector<Result<std::string>> SignDigests(std::span<const DigestToSign> items) override {
    std::vector<Result<std::string>> answers;
    for (const DigestToSign& item : items) {
      asked.push_back(item.domain.str() + " " + item.selector.str());
      if (refuse) {
        answers.emplace_back(Fail(Code::kUnavailable, reason::kTokenAway, "the token is away"));
      } else {
        answers.emplace_back(std::string(64, 's'));
      }
    }
    return answers;
  }

  bool refuse = false;
  std::vector<std::string> asked;
};

class SignMessageTest : public testing::Test {
 protected:
  Outcome Sign(const SignCommand& command, const std::string& message) {
    std::istringstream in(message);
    out_.str("");
    return SignMessage(command, {in, out_, directory_.path()},
                       {[this](const Domain& domain) { return List(domain); }, signer_}, kNow);
  }

  Result<SigningKeys> List(const Domain& domain) {
    listed_.push_back(domain.str());
    SigningKeys keys;
    for (const auto& [selector, algorithm] :
         {std::pair("r1", Algorithm::kRsaSha256), std::pair("e1", Algorithm::kEd25519Sha256)}) {
      keys.keys.push_back({.domain = domain,
                           .sender = Sender::Default(),
                           .selector = *Selector::Parse(selector),
                           .algorithm = algorithm,
                           .signs_until_ms = {}});
    }
    return keys;
  }

  void Refused(const SignCommand& command, const std::string& message, std::string_view why) {
    const Outcome outcome = Sign(command, message);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().reason, why);
    EXPECT_THAT(out_.str(), IsEmpty());
  }

  TempDir directory_;
  FakeSigner signer_;
  std::ostringstream out_;
  std::vector<std::string> listed_;
};

TEST_F(SignMessageTest, SignsWithEveryAlgorithmAndLeavesTheMessageAsItIs) {
  ASSERT_TRUE(Sign({}, kMail));
  EXPECT_THAT(out_.str(), StartsWith("DKIM-Signature: "));
  EXPECT_THAT(out_.str(), HasSubstr("s=e1"));
  EXPECT_THAT(out_.str(), EndsWith(kMail));
  EXPECT_THAT(signer_.asked, ElementsAre("example.com r1", "example.com e1"));
}

TEST_F(SignMessageTest, TheDomainIsTheAuthorsUnlessGiven) {
  ASSERT_TRUE(Sign({}, kMail));
  ASSERT_TRUE(Sign(With(&SignCommand::domain, "example.org"), kMail));
  EXPECT_THAT(listed_, ElementsAre("example.com", "example.org"));
}

TEST_F(SignMessageTest, TheTimeIsNowUnlessGiven) {
  ASSERT_TRUE(Sign({}, kMail));
  EXPECT_THAT(out_.str(), HasSubstr("t=1751371380"));
  SignCommand given = With(&SignCommand::time, 1000);
  given.expires = std::chrono::seconds(60);
  ASSERT_TRUE(Sign(given, kMail));
  EXPECT_THAT(out_.str(), HasSubstr("t=1000"));
  EXPECT_THAT(out_.str(), HasSubstr("x=1060"));
}

TEST_F(SignMessageTest, AMessageOfAUnixFileComesOutWithCrlf) {
  ASSERT_TRUE(Sign({}, "From: joe@example.com\n\nHi.\n"));
  EXPECT_THAT(out_.str(), EndsWith("\r\nFrom: joe@example.com\r\n\r\nHi.\r\n"));
}

TEST_F(SignMessageTest, MixedLineEndsAreRefusedOrFixed) {
  const std::string mixed = "From: joe@example.com\r\n\r\nHi.\nHo.\r\n";
  Refused({}, mixed, reason::kBadMessage);
  ASSERT_TRUE(Sign(With(&SignCommand::fix_newlines, true), mixed));
  EXPECT_THAT(out_.str(), EndsWith("\r\n\r\nHi.\r\nHo.\r\n"));
}

TEST_F(SignMessageTest, ALargeMessageComesOutWhole) {
  std::string mail = "From: joe@example.com\r\n\r\n";
  for (int i = 0; i < 20'000; ++i) mail += "line " + std::to_string(i) + "\r\n";
  ASSERT_TRUE(Sign({}, mail));
  EXPECT_THAT(out_.str(), EndsWith(mail));
  EXPECT_EQ(out_.str().find(mail), out_.str().size() - mail.size());
}

TEST_F(SignMessageTest, AHeaderLongerThanOneReadIsReadToItsEnd) {
  std::string mail;
  for (int i = 0; i < 5'000; ++i) mail += "X-Filler: " + std::to_string(i) + " filler filler\r\n";
  mail += "From: joe@example.com\r\n\r\nHi.\r\n";
  ASSERT_TRUE(Sign({}, mail));
  EXPECT_THAT(listed_, ElementsAre("example.com"));
}

TEST_F(SignMessageTest, WhatFailsLeavesNothingOnStandardOutput) {
  Refused({}, "To: x@example.org\r\n\r\nno author\r\n", reason::kBadMessage);
  Refused({}, "", reason::kBadMessage);
  Refused(With(&SignCommand::domain, "not a domain"), kMail, reason::kBadDomain);
  Refused(With(&SignCommand::sender, "news"), kMail, reason::kNoActiveKey);
  Refused(With(&SignCommand::canonicalization, "loose"), kMail, reason::kBadOption);
  Refused(With(&SignCommand::identity, "joe@example.org"), kMail, reason::kBadOption);
  signer_.refuse = true;
  Refused({}, kMail, reason::kTokenAway);
}

TEST_F(SignMessageTest, AFullOutputIsAnError) {
  std::istringstream in(kMail);
  std::ostream broken(nullptr);
  const Outcome outcome =
      SignMessage({}, {in, broken, directory_.path()},
                  {[this](const Domain& domain) { return List(domain); }, signer_}, kNow);
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("standard output"));
}

TEST_F(SignMessageTest, AMissingSpoolDirectoryIsNamed) {
  std::istringstream in(kMail);
  const Outcome outcome =
      SignMessage({}, {in, out_, "/nowhere/at/all"},
                  {[this](const Domain& domain) { return List(domain); }, signer_}, kNow);
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("/nowhere/at/all"));
  EXPECT_THAT(outcome.error().message, HasSubstr("TMPDIR"));
}

TEST_F(SignMessageTest, TheSpoolHasNoName) {
  ASSERT_TRUE(Sign({}, kMail));
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

}  // namespace
}  // namespace dkimkeeper

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/c_abi/played_server.h"

namespace dkimkeeper {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::string_view kMail =
    "From: Joe <joe@example.com>\r\nSubject: two\r\n lines\r\n\r\nHi.\r\n\r\nBye.\r\n";

class MessageTest : public testing::Test {
 protected:
  MessageTest() {
    client_.server().now = {
        .generation = 1,
        .keys = {KeyOf("example.com", "r"), KeyOf("example.com", "e", Algorithm::kEd25519Sha256),
                 KeyOf("example.com", "n", Algorithm::kRsaSha256, "news"),
                 KeyOf("example.org", "o")}};
    options_.signed_at = 1'700'000'000;
  }
  ~MessageTest() override { dkimkeeper_message_free(message_); }

  void Begin() {
    dkimkeeper_message_free(message_);
    dkimkeeper_error* error = nullptr;
    EXPECT_EQ(dkimkeeper_message_new(client_.get(), &options_, &message_, &error), DKIMKEEPER_OK);
    EXPECT_EQ(TakeError(error), "");
  }

  std::string Write(std::string_view bytes) {
    dkimkeeper_error* error = nullptr;
    EXPECT_EQ(dkimkeeper_message_write(message_, bytes.data(), bytes.size(), &error),
              dkimkeeper_error_code(error));
    return TakeError(error);
  }

  std::string Finish() {
    dkimkeeper_error* error = nullptr;
    EXPECT_EQ(dkimkeeper_message_finish(message_, &error), dkimkeeper_error_code(error));
    return TakeError(error);
  }

  std::vector<std::string> Fields() const {
    std::vector<std::string> fields;
    for (size_t i = 0; i < dkimkeeper_message_field_count(message_); ++i) {
      fields.emplace_back(dkimkeeper_message_field(message_, i));
    }
    EXPECT_EQ(dkimkeeper_message_field(message_, fields.size()), nullptr);
    return fields;
  }

  // The fields of `mail`, written in chunks of so many bytes.
  std::vector<std::string> FieldsOf(std::string_view mail, std::size_t chunk = 1000) {
    Begin();
    for (std::size_t at = 0; at < mail.size(); at += chunk) {
      EXPECT_EQ(Write(mail.substr(at, chunk)), "");
    }
    EXPECT_EQ(Finish(), "");
    return Fields();
  }

  PlayedClient client_;
  dkimkeeper_message_options options_ = DKIMKEEPER_MESSAGE_OPTIONS_INIT;
  dkimkeeper_message* message_ = nullptr;
};

TEST_F(MessageTest, GetsOneFieldOfEachAlgorithm) {
  const std::vector<std::string> fields = FieldsOf(kMail);
  ASSERT_THAT(fields, SizeIs(2));
  EXPECT_THAT(fields[0], testing::StartsWith("DKIM-Signature: v=1; a=rsa-sha256;"));
  EXPECT_THAT(fields[0], HasSubstr("d=example.com; s=r;\r\n t=1700000000;"));
  EXPECT_THAT(fields[1], HasSubstr("a=ed25519-sha256"));
  for (const std::string& field : fields) EXPECT_THAT(field, testing::EndsWith("\r\n"));
}

TEST_F(MessageTest, DoesNotDependOnTheChunks) {
  const std::vector<std::string> whole = FieldsOf(kMail);
  for (std::size_t chunk = 1; chunk < kMail.size(); ++chunk) {
    EXPECT_EQ(FieldsOf(kMail, chunk), whole) << "chunks of " << chunk;
  }
}

TEST_F(MessageTest, AMilterFeedsItFieldByField) {
  const std::vector<std::string> whole = FieldsOf(kMail);
  Begin();
  EXPECT_EQ(dkimkeeper_message_add_header(message_, "From", " Joe <joe@example.com>", nullptr),
            DKIMKEEPER_OK);
  EXPECT_EQ(dkimkeeper_message_add_header(message_, "Subject", " two\n lines", nullptr),
            DKIMKEEPER_OK);
  EXPECT_EQ(dkimkeeper_message_end_header(message_, nullptr), DKIMKEEPER_OK);
  EXPECT_EQ(dkimkeeper_message_add_body(message_, "Hi.\r\n\r", 6, nullptr), DKIMKEEPER_OK);
  EXPECT_EQ(dkimkeeper_message_add_body(message_, "\nBye.\r\n", 7, nullptr), DKIMKEEPER_OK);
  EXPECT_EQ(Finish(), "");
  EXPECT_EQ(Fields(), whole);
}

TEST_F(MessageTest, DomainAndSenderMayBeSaid) {
  options_.domain = "example.org";
  EXPECT_THAT(FieldsOf(kMail), ElementsAre(HasSubstr("d=example.org; s=o;")));
  options_.domain = "example.com";
  options_.sender = "news";
  options_.identity = "@example.com";
  EXPECT_THAT(FieldsOf(kMail), ElementsAre(AllOf(HasSubstr("s=n;"), HasSubstr("i=@example.com;"))));
}

TEST_F(MessageTest, AMessageMayBeAllHeader) {
  const std::vector<std::string> ended = FieldsOf("From: joe@example.com\r\n\r\n");
  EXPECT_EQ(FieldsOf("From: joe@example.com\r\n"), ended);
  EXPECT_EQ(FieldsOf("From: joe@example.com"), ended);
}

TEST_F(MessageTest, AKeyThatWasReplacedCostsOneMoreCall) {
  client_.server().watched = SigningKeys{.generation = 0, .keys = {KeyOf("example.com", "old")}};
  client_.server().stale_selector = "old";
  EXPECT_THAT(FieldsOf(kMail), ElementsAre(HasSubstr("s=r;"), HasSubstr("s=e;")));
  EXPECT_EQ(client_.server().asked, 1);
}

TEST_F(MessageTest, ADomainThatTheWatchHasNotHeardOfIsAskedFor) {
  client_.server().watched = SigningKeys{};
  EXPECT_THAT(FieldsOf(kMail), SizeIs(2));
  EXPECT_EQ(client_.server().asked, 1);
  client_.server().watched.reset();
  EXPECT_THAT(FieldsOf(kMail), SizeIs(2));
  EXPECT_EQ(client_.server().asked, 1) << "the watch is enough";
}

TEST_F(MessageTest, WithoutAKeyThereIsAReason) {
  Begin();
  EXPECT_EQ(Write("From: joe@example.net\r\n\r\n"), "");
  EXPECT_EQ(Finish(), "FAILED_PRECONDITION/NO_ACTIVE_KEY");
  EXPECT_THAT(Fields(), SizeIs(0));
}

TEST_F(MessageTest, FinishMayBeTriedAgainWhenTheServerWasAway) {
  Begin();
  EXPECT_EQ(Write(kMail), "");
  client_.server().away = true;
  EXPECT_EQ(Finish(), "UNAVAILABLE/SERVER_AWAY");
  client_.server().away = false;
  EXPECT_EQ(Finish(), "");
  const std::vector<std::string> late = Fields();
  EXPECT_EQ(late, FieldsOf(kMail));
}

TEST_F(MessageTest, IsSignedOnce) {
  EXPECT_THAT(FieldsOf(kMail), SizeIs(2));
  EXPECT_EQ(Finish(), "FAILED_PRECONDITION/WRONG_STATE");
  EXPECT_EQ(Write("more"), "FAILED_PRECONDITION/WRONG_STATE");
  EXPECT_THAT(Fields(), SizeIs(2));
}

TEST_F(MessageTest, WhatMustNotBeSignedIsRefusedAndStaysSo) {
  Begin();
  EXPECT_EQ(Write("From: a@example.com\r\nFrom: b@example.com\r\n\r\nHi.\r\n"),
            "INVALID_ARGUMENT/BAD_MESSAGE");
  EXPECT_EQ(Write("more\r\n"), "INVALID_ARGUMENT/BAD_MESSAGE");
  EXPECT_EQ(Finish(), "INVALID_ARGUMENT/BAD_MESSAGE");
  EXPECT_EQ(client_.server().signatures, 0);
}

// A chunk that is missing makes a signature that fails at every receiver.
TEST_F(MessageTest, AWrongArgumentSpoilsIt) {
  Begin();
  EXPECT_EQ(Write(kMail), "");
  EXPECT_EQ(dkimkeeper_message_write(message_, nullptr, 10, nullptr), DKIMKEEPER_INVALID_ARGUMENT);
  EXPECT_EQ(Finish(), "INVALID_ARGUMENT/BAD_OPTION");
  EXPECT_EQ(client_.server().signatures, 0);
}

TEST_F(MessageTest, CallsOutOfOrderAreRefused) {
  Begin();
  EXPECT_EQ(Finish(), "FAILED_PRECONDITION/WRONG_STATE") << "nothing was written";
  Begin();
  EXPECT_EQ(dkimkeeper_message_add_body(message_, "x", 1, nullptr), DKIMKEEPER_FAILED_PRECONDITION);
  Begin();
  EXPECT_EQ(Write(kMail), "");
  EXPECT_EQ(dkimkeeper_message_add_header(message_, "To", " x", nullptr),
            DKIMKEEPER_FAILED_PRECONDITION);
  EXPECT_EQ(Finish(), "FAILED_PRECONDITION/WRONG_STATE");
}

TEST_F(MessageTest, OutlivesItsClient) {
  Begin();
  EXPECT_EQ(Write(kMail), "");
  client_.Free();
  EXPECT_EQ(Finish(), "");
  EXPECT_THAT(Fields(), SizeIs(2));
}

TEST_F(MessageTest, BadOptionsMakeNoMessage) {
  options_.expires_after = -5;
  dkimkeeper_error* error = nullptr;
  EXPECT_EQ(dkimkeeper_message_new(client_.get(), &options_, &message_, &error),
            DKIMKEEPER_INVALID_ARGUMENT);
  EXPECT_EQ(TakeError(error), "INVALID_ARGUMENT/BAD_OPTION");
  EXPECT_EQ(message_, nullptr);
}

TEST_F(MessageTest, HeaderNamesMayBeSaid) {
  const char* const names[] = {"From", nullptr};
  options_.signed_headers = names;
  options_.oversigned_headers = names;
  for (const std::string& field : FieldsOf(kMail)) EXPECT_THAT(field, HasSubstr("h=from:from;"));
}

}  // namespace
}  // namespace dkimkeeper

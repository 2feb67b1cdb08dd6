#include "client/c_abi/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kServers[] = {"one:443", "unix:/two", nullptr};

TEST(ClientOptionsTest, WhatIsNotSaidHasItsDefault) {
  const dkimkeeper_options given = DKIMKEEPER_OPTIONS_INIT;
  const Result<ClientOptions> options = ReadOptions(&given);
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_THAT(options->servers, IsEmpty());
  EXPECT_EQ(options->deadline, ClientOptions().deadline);
  EXPECT_EQ(options->ca_file + options->cert_file + options->key_file + options->note, "");
}

TEST(ClientOptionsTest, EachWordArrives) {
  dkimkeeper_options given = DKIMKEEPER_OPTIONS_INIT;
  given.servers = kServers;
  given.ca_file = "ca";
  given.cert_file = "cert";
  given.key_file = "key";
  given.note = "note";
  given.deadline_ms = 7;
  const Result<ClientOptions> options = ReadOptions(&given);
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_THAT(options->servers, ElementsAre("one:443", "unix:/two"));
  EXPECT_EQ(options->ca_file, "ca");
  EXPECT_EQ(options->cert_file, "cert");
  EXPECT_EQ(options->key_file, "key");
  EXPECT_EQ(options->note, "note");
  EXPECT_EQ(options->deadline, std::chrono::milliseconds(7));
}

TEST(ClientOptionsTest, AStructThatNobodyBeganIsRefused) {
  const dkimkeeper_options given = {};
  const Result<ClientOptions> options = ReadOptions(&given);
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().reason, reason::kBadOption);
  EXPECT_THAT(options.error().message, HasSubstr("DKIMKEEPER_OPTIONS_INIT"));
}

// Of a program that was compiled with a later header.
struct LaterOptions {
  dkimkeeper_options known = DKIMKEEPER_OPTIONS_INIT;
  const char* later = nullptr;
};

TEST(ClientOptionsTest, ALaterStructIsGoodUntilItSaysWhatIsNotKnown) {
  LaterOptions given;
  given.known.size = sizeof(LaterOptions);
  given.known.servers = kServers;
  const Result<ClientOptions> options = ReadOptions(&given.known);
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_THAT(options->servers, ElementsAre("one:443", "unix:/two"));
  given.later = "something";
  const Result<ClientOptions> refused = ReadOptions(&given.known);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, reason::kBadOption);
  EXPECT_THAT(refused.error().message, HasSubstr("version"));
}

TEST(MessagePlanTest, NothingIsAllDefaults) {
  const Result<MessagePlan> plan =
      ReadOptions(static_cast<const dkimkeeper_message_options*>(nullptr));
  const dkimkeeper_message_options begun = DKIMKEEPER_MESSAGE_OPTIONS_INIT;
  for (const auto& read : {plan, ReadOptions(&begun)}) {
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_FALSE(read->domain);
    EXPECT_EQ(read->sender.str(), "default");
    EXPECT_EQ(read->canonicalization, CanonicalizationPair());
    EXPECT_FALSE(read->options.signed_at || read->options.expires_after ||
                 read->options.oversigned_headers);
    EXPECT_EQ(read->options.max_header_bytes, MessageOptions().max_header_bytes);
  }
}

TEST(MessagePlanTest, EachWordArrives) {
  const char* const names[] = {"From", "Subject", nullptr};
  const char* const more_names[] = {"From", nullptr};
  dkimkeeper_message_options given = DKIMKEEPER_MESSAGE_OPTIONS_INIT;
  given.domain = "Example.COM";
  given.sender = "news";
  given.identity = "@example.com";
  given.signed_headers = names;
  given.oversigned_headers = more_names;
  given.max_header_bytes = 1000;
  given.signed_at = 17;
  given.expires_after = 60;
  given.header_canonicalization = DKIMKEEPER_SIMPLE;
  given.bare_newline = DKIMKEEPER_FIX_BARE_NEWLINE;
  const Result<MessagePlan> plan = ReadOptions(&given);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->domain.value().str(), "example.com");
  EXPECT_EQ(plan->sender.str(), "news");
  EXPECT_EQ(plan->identity, "@example.com");
  EXPECT_THAT(plan->options.signed_headers, ElementsAre("From", "Subject"));
  EXPECT_THAT(plan->options.oversigned_headers.value(), ElementsAre("From"));
  EXPECT_EQ(plan->options.max_header_bytes, 1000U);
  EXPECT_EQ(plan->options.signed_at, 17);
  EXPECT_EQ(plan->options.expires_after, std::chrono::seconds(60));
  EXPECT_EQ(plan->canonicalization.header, Canonicalization::kSimple);
  EXPECT_EQ(plan->canonicalization.body, Canonicalization::kRelaxed);
  EXPECT_EQ(plan->options.bare_newline, BareNewline::kFix);
}

struct BadRow {
  const char* name;
  void (*spoil)(dkimkeeper_message_options& options);
  std::string_view reason;
};

void PrintTo(const BadRow& row, std::ostream* out) { *out << row.name; }

class BadMessageOptionsTest : public testing::TestWithParam<BadRow> {};

INSTANTIATE_TEST_SUITE_P(
    All, BadMessageOptionsTest,
    testing::Values(
        BadRow{"NoSize", [](auto& options) { options.size = 0; }, reason::kBadOption},
        BadRow{"HalfASize", [](auto& options) { options.size /= 2; }, reason::kBadOption},
        BadRow{"Domain", [](auto& options) { options.domain = "no_domain"; }, reason::kBadDomain},
        BadRow{"Sender", [](auto& options) { options.sender = "no sender"; }, reason::kBadSender},
        BadRow{"Header", [](auto& options) { options.header_canonicalization = 2; },
               reason::kBadOption},
        BadRow{"Body", [](auto& options) { options.body_canonicalization = -1; },
               reason::kBadOption},
        BadRow{"Newline", [](auto& options) { options.bare_newline = 2; }, reason::kBadOption},
        BadRow{"Reserved", [](auto& options) { options.reserved = 1; }, reason::kBadOption}),
    [](const testing::TestParamInfo<BadRow>& row) { return row.param.name; });

TEST_P(BadMessageOptionsTest, IsRefused) {
  dkimkeeper_message_options given = DKIMKEEPER_MESSAGE_OPTIONS_INIT;
  GetParam().spoil(given);
  const Result<MessagePlan> plan = ReadOptions(&given);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, Code::kInvalidArgument);
  EXPECT_EQ(plan.error().reason, GetParam().reason);
}

}  // namespace
}  // namespace dkimkeeper

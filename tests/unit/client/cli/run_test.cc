#include "client/cli/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/cli/json.h"
#include "client/cli/session.h"
#include "proto/reason.h"
#include "tests/unit/client/cli/run_fixture.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using RunTest = RunFixture;

TEST_F(RunTest, WhoAmIInWordsAndInJson) {
  ASSERT_TRUE(Run({"whoami"}));
  EXPECT_EQ(out_.str(), "unix:test\nno grants: everything is denied\n");
  ASSERT_TRUE(Run({"whoami", "--json"}));
  EXPECT_EQ(Json::parse(out_.str()),
            Json::parse(R"({"identity": "unix:test", "address": "", "groups": [], "grants": []})"));
}

TEST_F(RunTest, ARefusalPrintsNothingOnStandardOutput) {
  api_.get_key = [](const v1::GetKeyRequest& /*request*/, v1::Key* /*response*/) {
    return FailedCall(grpc::StatusCode::NOT_FOUND, "KEY_UNKNOWN", "no such key");
  };
  const Outcome outcome = Run({"key", "show", "example.com", "s1"});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(ErrorLine(outcome.error()), "dkimkeeper: no such key [KEY_UNKNOWN]\n");
  EXPECT_EQ(out_.str(), "");
}

TEST_F(RunTest, DnsRecordAsksForOneKeyOrForAll) {
  std::vector<std::string> asked;
  const auto fill = [](v1::Key* key) {
    key->set_record_name("s1._domainkey.example.com");
    key->set_record_value("v=DKIM1; p=");
    key->set_state(v1::KEY_STATE_REVOKED);
  };
  api_.get_key = [&](const v1::GetKeyRequest& request, v1::Key* response) {
    asked.push_back(request.domain() + "/" + request.selector());
    fill(response);
    return grpc::Status::OK;
  };
  api_.list_keys = [&](const v1::ListKeysRequest& request, v1::ListKeysResponse* response) {
    asked.push_back("all of '" + request.domain() + "'");
    fill(response->add_keys());
    return grpc::Status::OK;
  };
  ASSERT_TRUE(Run({"dns", "record", "example.com", "s1"}));
  EXPECT_EQ(out_.str(), "s1._domainkey.example.com TXT v=DKIM1; p=\n");
  ASSERT_TRUE(Run({"dns", "record", "example.com"}));
  ASSERT_TRUE(Run({"dns", "record", "--all", "--json"}));
  EXPECT_EQ(Json::parse(out_.str()).at("records").size(), 1U);
  EXPECT_THAT(asked, ElementsAre("example.com/s1", "all of 'example.com'", "all of ''"));
}

TEST_F(RunTest, SignDigestPrintsBase64) {
  api_.sign_digests = [](const v1::SignDigestsRequest& /*request*/,
                         v1::SignDigestsResponse* response) {
    response->add_results()->set_signature("\x01\x02\x03");
    return grpc::Status::OK;
  };
  const std::vector<std::string> words{"sign-digest", "--domain",    "example.com", "--selector",
                                       "s1",          "--algorithm", "rsa-sha256"};
  std::vector<std::string> good = words;
  good.push_back(std::string(64, 'a'));
  ASSERT_TRUE(Run(good));
  EXPECT_EQ(out_.str(), "AQID\n");
  std::vector<std::string> shorter = words;
  shorter.push_back(std::string(62, 'a'));
  const Outcome outcome = Run(shorter);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, reason::kBadDigest);
}

TEST_F(RunTest, TokenVerbsAskForTheTokenThatIsNamed) {
  std::vector<std::string> asked;
  api_.log_in_token = [&](const v1::LogInTokenRequest& request, v1::Token* response) {
    asked.push_back("login " + request.token());
    response->mutable_status()->set_state("ready");
    return grpc::Status::OK;
  };
  api_.confirm_backup = [&](const v1::ConfirmBackupRequest& request, v1::Token* response) {
    asked.push_back("backup " + request.token() + " " + std::to_string(request.made_at_ms()));
    response->set_backed_up_at_ms(request.made_at_ms());
    return grpc::Status::OK;
  };
  api_.compromise_token = [&](const v1::CompromiseTokenRequest& request,
                              v1::CompromiseTokenResponse* response) {
    asked.push_back("compromised " + request.token());
    response->add_lines_without_key()->set_domain("example.com");
    return grpc::Status::OK;
  };
  ASSERT_TRUE(Run({"token", "login", "main"}));
  EXPECT_THAT(out_.str(), HasSubstr("ready"));
  ASSERT_TRUE(Run({"token", "confirm-backup", "main", "--made-at", "1700000000", "--json"}));
  EXPECT_EQ(Json::parse(out_.str()).at("backed_up_at_ms"), 1'700'000'000'000);
  ASSERT_TRUE(Run({"token", "compromised", "cloud"}));
  EXPECT_THAT(out_.str(), HasSubstr("No key signs any more for"));
  EXPECT_THAT(asked, ElementsAre("login main", "backup main 1700000000000", "compromised cloud"));
}

TEST_F(RunTest, AnAttestationIsReadToItsEnd) {
  api_.attest_token = [&](const v1::AttestTokenRequest& request,
                          v1::AttestTokenResponse* response) {
    response->add_keys()->set_token_key_id(request.page_token().empty() ? "0a" : "0b");
    if (request.page_token().empty()) response->set_next_page_token("more");
    return grpc::Status::OK;
  };
  ASSERT_TRUE(Run({"token", "attest", "main", "--json"}));
  const Json document = Json::parse(out_.str());
  EXPECT_EQ(document.at("token"), "main");
  EXPECT_EQ(document.at("keys").size(), 2U);
}

TEST_F(RunTest, WithoutAServerTheErrorSaysHowToNameOne) {
  std::istringstream in;
  const Outcome outcome =
      RunCommand({{}, v1::WhoAmIRequest()},
                 {.in = in, .out = out_, .err = out_, .now_ms = {}, .temp_directory = {}});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, reason::kBadOption);
  EXPECT_THAT(outcome.error().message, HasSubstr("DKIMKEEPER_SERVER"));
}

TEST(Session, ServersAreSplitAtCommasAndSlowWorkGetsMoreTime) {
  GlobalOptions globals;
  globals.servers = "a:1,b:2,,unix:/x";
  EXPECT_THAT(ToClientOptions(globals, v1::WhoAmIRequest()).servers,
              ElementsAre("a:1", "b:2", "unix:/x"));
  EXPECT_GT(ToClientOptions(globals, v1::GenerateKeyRequest()).deadline,
            ToClientOptions(globals, v1::WhoAmIRequest()).deadline);
}

TEST(ErrorLine, IsOneLineWhateverTheServerSays) {
  EXPECT_EQ(ErrorLine({Code::kInternal, "INTERNAL", "two\nlines\033[0m"}),
            "dkimkeeper: two?lines?[0m [INTERNAL]\n");
}

}  // namespace
}  // namespace dkimkeeper

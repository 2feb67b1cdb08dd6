// dns check against the fake API.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "client/cli/json.h"
#include "client/cli/run.h"
#include "proto/reason.h"
#include "tests/unit/client/cli/run_fixture.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

class DnsCheckTest : public RunFixture {
 protected:
  DnsCheckTest() {
    api_.get_key = [](const v1::GetKeyRequest& request, v1::Key* key) {
      key->set_domain(request.domain());
      key->set_selector(request.selector());
      key->set_record_name(request.selector() + "._domainkey." + request.domain());
      return grpc::Status::OK;
    };
    api_.list_keys = [this](const v1::ListKeysRequest& /*request*/,
                            v1::ListKeysResponse* response) {
      for (int i = 0; i < keys_; ++i) {
        v1::Key* key = response->add_keys();
        key->set_domain("example.com");
        key->set_selector("s" + std::to_string(i));
        key->set_record_value("v=DKIM1; p=");
      }
      response->add_keys()->set_state(v1::KEY_STATE_DESTROYED);
      return grpc::Status::OK;
    };
    api_.check_record = [this](const v1::CheckRecordRequest& request, v1::RecordCheck* check) {
      ++checks_;
      if (request.selector() == away_) {
        return FailedCall(grpc::StatusCode::FAILED_PRECONDITION, "WRONG_STATE", "no record");
      }
      check->set_domain(request.domain());
      check->set_selector(request.selector());
      check->set_name(request.selector() + "._domainkey." + request.domain());
      check->set_wish("key");
      check->set_verdict(request.selector() == wrong_ ? "differs" : "proven");
      return grpc::Status::OK;
    };
  }

  int keys_ = 20;
  std::string wrong_, away_;
  std::atomic<int> checks_ = 0;
};

TEST_F(DnsCheckTest, AProvenRecordIsExitZero) {
  ASSERT_TRUE(Run({"dns", "check", "example.com", "s1"}));
  EXPECT_THAT(out_.str(), HasSubstr("proven: every server shows the key\n"));
}

TEST_F(DnsCheckTest, AWrongRecordIsShownAndFails) {
  wrong_ = "s1";
  const Outcome outcome = Run({"dns", "check", "example.com", "s1"});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, reason::kDnsProofMissing);
  EXPECT_THAT(out_.str(), HasSubstr("differs: "));
}

TEST_F(DnsCheckTest, AllAreCheckedInOrderWhateverOneSays) {
  wrong_ = "s3";
  away_ = "s5";
  const Outcome outcome = Run({"dns", "check", "--all", "--json"});
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("2 of 20 records are not proven"));
  EXPECT_EQ(checks_, 20);
  const Json document = Json::parse(out_.str());
  ASSERT_EQ(document.at("checks").size(), 19U);
  EXPECT_EQ(document.at("checks").at(0).at("selector"), "s0");
  EXPECT_EQ(document.at("checks").at(18).at("selector"), "s19");
  EXPECT_EQ(document.at("failed").at(0).at("selector"), "s5");
  EXPECT_EQ(document.at("failed").at(0).at("reason"), "WRONG_STATE");
}

TEST_F(DnsCheckTest, StoredAsksNoServer) {
  api_.get_check = [](const v1::GetCheckRequest& /*request*/, v1::RecordCheck* check) {
    check->set_verdict("proven");
    check->set_wish("absent");
    return grpc::Status::OK;
  };
  ASSERT_TRUE(Run({"dns", "check", "example.com", "s1", "--stored"}));
  EXPECT_EQ(checks_, 0);
  EXPECT_THAT(out_.str(), HasSubstr("every server shows no record"));
}

TEST_F(DnsCheckTest, ACheckThatCannotBeMadeKeepsItsReason) {
  away_ = "s1";
  const Outcome outcome = Run({"dns", "check", "example.com", "s1"});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, reason::kWrongState);
  EXPECT_EQ(out_.str(), "");
}

}  // namespace
}  // namespace dkimkeeper

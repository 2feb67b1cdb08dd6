// rotate, next, policy and domain verbs against the fake API.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/json.h"
#include "tests/unit/client/cli/run_fixture.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

v1::Key KeyIn(v1::KeyState state, const char* selector) {
  v1::Key key;
  key.set_domain("example.com");
  key.set_sender("default");
  key.set_selector(selector);
  key.set_state(state);
  key.set_algorithm(v1::ALGORITHM_RSA_SHA256);
  key.set_publisher("knot");
  key.set_record_name(std::string(selector) + "._domainkey.example.com");
  key.set_record_value("v=DKIM1; k=rsa; p=AQID");
  return key;
}

// A server on which the rotation takes a step each time that it is looked at.
class RotateTest : public RunFixture {
 protected:
  RotateTest() {
    api_.rotate_keys = [this](const v1::RotateKeysRequest& request,
                              v1::RotateKeysResponse* response) {
      asked_ = request;
      *response->add_replaced() = old_;
      return grpc::Status::OK;
    };
    api_.list_keys = [this](const v1::ListKeysRequest& request, v1::ListKeysResponse* response) {
      EXPECT_EQ(request.sender(), "default");
      *response->add_keys() = old_;
      if (looks_ < successor_.size()) *response->add_keys() = successor_[looks_];
      return grpc::Status::OK;
    };
    api_.list_steps = [this](const v1::ListStepsRequest& /*request*/,
                             v1::ListStepsResponse* response) {
      if (looks_ < waits_.size()) {
        v1::Step* step = response->add_steps();
        step->set_sender("default");
        step->set_algorithm(v1::ALGORITHM_RSA_SHA256);
        step->set_kind("prove");
        step->set_selector("new");
        step->set_waits_for(waits_[looks_]);
        v1::Step* other = response->add_steps();
        *other = *step;
        other->set_sender("newsletter");
        other->set_waits_for("another sender's");
      }
      ++looks_;
      return grpc::Status::OK;
    };
  }

  v1::RotateKeysRequest asked_;
  v1::Key old_ = KeyIn(v1::KEY_STATE_ACTIVE, "old");
  std::vector<v1::Key> successor_{
      KeyIn(v1::KEY_STATE_PENDING, "new"), KeyIn(v1::KEY_STATE_PENDING, "new"),
      KeyIn(v1::KEY_STATE_PUBLISHED, "new"), KeyIn(v1::KEY_STATE_ACTIVE, "new")};
  std::vector<std::string> waits_{"ns2 shows no record", "ns2 shows no record", "negative TTL"};
  std::size_t looks_ = 0;
};

TEST_F(RotateTest, OnATerminalEachChangeIsALineUntilTheSuccessorSigns) {
  terminal_ = true;
  ASSERT_TRUE(Run({"rotate", "example.com"}));
  EXPECT_EQ(err_.str(),
            "The rotation has begun and goes on by itself; Ctrl-C ends the watching only.\n"
            "prove new: ns2 shows no record\n"
            "prove new: negative TTL\n"
            "new is ACTIVE (rsa-sha256)\n");
  EXPECT_EQ(out_.str(), "old: ACTIVE\nnew: ACTIVE, took over\n");
  EXPECT_EQ(pace_->Waits().size(), 3U);
}

TEST_F(RotateTest, WithoutATerminalItSaysWhatItWaitsFor) {
  ASSERT_TRUE(Run({"rotate", "example.com"}));
  EXPECT_EQ(err_.str(), "");
  EXPECT_THAT(out_.str(), HasSubstr("Waits for\n"));
  EXPECT_THAT(out_.str(), HasSubstr("ns2 shows no record"));
  EXPECT_TRUE(pace_->Waits().empty());
  looks_ = 0;
  terminal_ = true;
  ASSERT_TRUE(Run({"rotate", "example.com", "--no-wait"}));
  EXPECT_TRUE(pace_->Waits().empty());
}

TEST_F(RotateTest, WaitIsForcedAndJsonIsOneDocument) {
  ASSERT_TRUE(Run({"rotate", "example.com", "--wait", "--json"}));
  const Json document = Json::parse(out_.str());
  EXPECT_EQ(document.at("done"), true);
  EXPECT_EQ(document.at("active").at(0).at("selector"), "new");
  EXPECT_EQ(pace_->Waits().size(), 3U);
}

TEST_F(RotateTest, ARecordToPublishByHandIsHandedBack) {
  terminal_ = true;
  for (v1::Key& key : successor_) key.clear_publisher();
  successor_[1].set_record_state("asked");
  ASSERT_TRUE(Run({"rotate", "example.com"}));
  EXPECT_EQ(pace_->Waits().size(), 1U);
  EXPECT_THAT(out_.str(), HasSubstr("Publish, and the rotation goes on by itself:\n"
                                    "new._domainkey.example.com. 300 IN TXT "));
}

TEST_F(RotateTest, ACompromiseNamesDaemonsThatHaveNotStopped) {
  old_.set_state(v1::KEY_STATE_REVOKED);
  old_.set_compromised(true);
  old_.add_unacknowledged("custody-2");
  ASSERT_TRUE(Run({"rotate", "example.com", "--compromised", "--destroy-now"}));
  EXPECT_TRUE(asked_.compromised());
  EXPECT_TRUE(asked_.destroy_now());
  EXPECT_EQ(asked_.request_id().size(), 32U);
  EXPECT_THAT(out_.str(), HasSubstr("old: REVOKED, compromised\n  daemon custody-2 has not"));
}

TEST_F(RotateTest, NextIsATableOrADocument) {
  ASSERT_TRUE(Run({"next", "example.com"}));
  EXPECT_THAT(out_.str(), HasSubstr("WAITS FOR"));
  EXPECT_THAT(out_.str(), HasSubstr("another sender's"));
  looks_ = 0;
  ASSERT_TRUE(Run({"next", "--json"}));
  EXPECT_EQ(Json::parse(out_.str()).at("steps").size(), 2U);
}

class LifeCycleTest : public RunFixture {};

TEST_F(LifeCycleTest, PoliciesAreSetShownAndPreviewed) {
  std::vector<std::string> asked;
  const auto answer = [](v1::Policy* policy) {
    v1::PolicySetting* setting = policy->add_settings();
    setting->set_name("drain");
    setting->set_value("14d");
    setting->set_source("domain");
    return grpc::Status::OK;
  };
  api_.get_policy = [&](const v1::GetPolicyRequest& request, v1::Policy* policy) {
    asked.push_back("show '" + request.domain() + "'");
    return answer(policy);
  };
  api_.set_policy = [&](const v1::SetPolicyRequest& request, v1::Policy* policy) {
    asked.push_back("set " + std::to_string(request.set_size()) + " unset " +
                    std::to_string(request.unset_size()));
    return answer(policy);
  };
  api_.preview_policy = [&](const v1::PreviewPolicyRequest& request,
                            v1::PreviewPolicyResponse* response) {
    asked.push_back("preview " + request.set(0).value());
    response->add_after()->set_kind("activate");
    return grpc::Status::OK;
  };
  ASSERT_TRUE(Run({"policy", "show"}));
  ASSERT_TRUE(Run({"policy", "set", "example.com", "drain=14d"}));
  EXPECT_THAT(out_.str(), HasSubstr("drain  14d    domain"));
  ASSERT_TRUE(Run({"policy", "unset", "example.com", "drain"}));
  ASSERT_TRUE(Run({"policy", "preview", "example.com", "drain=14d"}));
  EXPECT_THAT(out_.str(), HasSubstr("\n+  now"));
  ASSERT_TRUE(Run({"policy", "preview", "example.com", "drain=14d", "--json"}));
  EXPECT_EQ(Json::parse(out_.str()).at("after").size(), 1U);
  EXPECT_THAT(asked, ElementsAre("show ''", "set 1 unset 0", "set 0 unset 1", "preview 14d",
                                 "preview 14d"));
}

TEST_F(LifeCycleTest, PauseAndResumeShowTheDomain) {
  api_.pause_domain = [](const v1::PauseDomainRequest& request, v1::Domain* domain) {
    domain->set_domain(request.domain());
    domain->set_paused_at_ms(kNow);
    return grpc::Status::OK;
  };
  api_.resume_domain = [](const v1::ResumeDomainRequest& request, v1::Domain* domain) {
    domain->set_domain(request.domain());
    return grpc::Status::OK;
  };
  ASSERT_TRUE(Run({"domain", "pause", "example.com"}));
  EXPECT_THAT(out_.str(), HasSubstr("Paused:"));
  ASSERT_TRUE(Run({"domain", "resume", "example.com"}));
  EXPECT_THAT(out_.str(), Not(HasSubstr("Paused:")));
}

TEST_F(LifeCycleTest, ARemovalSaysThatKeysLiveOn) {
  api_.remove_domain = [](const v1::RemoveDomainRequest& /*request*/,
                          v1::RemoveDomainResponse* /*response*/) { return grpc::Status::OK; };
  ASSERT_TRUE(Run({"domain", "remove", "example.com"}));
  EXPECT_THAT(out_.str(), HasSubstr("live their lives to the end"));
}

}  // namespace
}  // namespace dkimkeeper

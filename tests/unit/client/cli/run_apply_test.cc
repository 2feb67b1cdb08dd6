// apply against the fake API.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <mutex>

#include "client/cli/json.h"
#include "client/cli/run.h"
#include "proto/reason.h"
#include "tests/unit/client/cli/run_fixture.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ApplyTest : public RunFixture {
 protected:
  ApplyTest() {
    api_.list_domains = [this](const v1::ListDomainsRequest& /*request*/,
                               v1::ListDomainsResponse* response) {
      *response = held_;
      return grpc::Status::OK;
    };
    api_.list_grants = [](const v1::ListGrantsRequest& /*request*/,
                          v1::ListGrantsResponse* /*response*/) { return grpc::Status::OK; };
    api_.add_domain = [this](const v1::AddDomainRequest& request, v1::Domain* /*domain*/) {
      return Made("domain " + request.domain());
    };
    api_.set_policy = [this](const v1::SetPolicyRequest& request, v1::Policy* /*policy*/) {
      return Made("policy " + request.domain());
    };
    api_.remove_domain = [this](const v1::RemoveDomainRequest& request,
                                v1::RemoveDomainResponse* /*response*/) {
      return Made("remove " + request.domain());
    };
    api_.add_grant = [this](const v1::AddGrantRequest& request, v1::Grant* /*grant*/) {
      return Made("grant " + request.grant().identity());
    };
  }

  grpc::Status Made(const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (what == fails_) {
      return FailedCall(grpc::StatusCode::PERMISSION_DENIED, "NO_GRANT", "not yours");
    }
    made_.push_back(what);
    return grpc::Status::OK;
  }

  Outcome Apply(const std::string& document, std::vector<std::string> words) {
    const std::string path = (directory_.path() / "document.toml").string();
    std::ofstream(path) << document;
    words.insert(words.begin(), {"apply", path});
    return Run(std::move(words));
  }

  static constexpr const char* kDocument =
      "[[domain]]\nname='a.example'\npolicy={drain='14d'}\n"
      "[[domain]]\nname='b.example'\n"
      "[[grant]]\nidentity='unix:mx'\nverb='sign'\nscope='a.example'\n";

  v1::ListDomainsResponse held_;
  std::string fails_;
  std::mutex mutex_;
  std::vector<std::string> made_;
};

TEST_F(ApplyTest, ADryRunShowsTheDifferenceAndDoesNothing) {
  ASSERT_TRUE(Apply(kDocument, {"--dry-run"}));
  EXPECT_EQ(out_.str(),
            "+ domain a.example\n~ policy a.example: drain=14d\n+ domain b.example\n"
            "+ grant unix:mx sign a.example/default\n");
  EXPECT_THAT(made_, IsEmpty());
}

TEST_F(ApplyTest, WithYesItIsDoneGrantsLast) {
  ASSERT_TRUE(Apply(kDocument, {"--yes"}));
  EXPECT_THAT(made_, UnorderedElementsAre("domain a.example", "policy a.example",
                                          "domain b.example", "grant unix:mx"));
  EXPECT_EQ(made_.back(), "grant unix:mx");
  EXPECT_THAT(out_.str(), HasSubstr("4 changes made\n"));
}

TEST_F(ApplyTest, OnATerminalItAsks) {
  terminal_ = true;
  in_ = "n\n";
  const Outcome refused = Apply(kDocument, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(err_.str(), HasSubstr("Make these 4 changes? [y/N]"));
  EXPECT_THAT(made_, IsEmpty());
  in_ = "y\n";
  ASSERT_TRUE(Apply(kDocument, {}));
  EXPECT_EQ(made_.size(), 4U);
}

TEST_F(ApplyTest, WhereNobodyCanBeAskedYesIsNeeded) {
  const Outcome outcome = Apply(kDocument, {});
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("--yes"));
  EXPECT_THAT(made_, IsEmpty());
}

TEST_F(ApplyTest, TheFirstFailureStopsAndSaysWhatWasDone) {
  fails_ = "policy a.example";
  const Outcome outcome = Apply(
      "[[domain]]\nname='a.example'\npolicy={drain='14d'}\n"
      "[[grant]]\nidentity='unix:mx'\nverb='sign'\nscope='*'\n",
      {"--yes", "--json"});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, reason::kNoGrant);
  EXPECT_EQ(outcome.error().message,
            "~ policy a.example: drain=14d: not yours; 1 of 3 changes were made: run it again to "
            "go on");
  EXPECT_THAT(made_, ElementsAre("domain a.example"));
  const Json document = Json::parse(out_.str());
  EXPECT_EQ(document.at("changes").at(0).at("made"), true);
  EXPECT_EQ(document.at("changes").at(1).at("made"), false);
}

TEST_F(ApplyTest, PruneRemovesWhatTheDocumentDoesNotName) {
  v1::Domain* old = held_.add_domains();
  old->set_domain("old.example");
  old->add_senders("default");
  ASSERT_TRUE(Apply("[[domain]]\nname='a.example'\n", {"--yes", "--prune"}));
  EXPECT_THAT(made_, UnorderedElementsAre("domain a.example", "remove old.example"));
}

TEST_F(ApplyTest, AppliedTwiceTheSecondTimeDoesNothing) {
  v1::Domain* held = held_.add_domains();
  held->set_domain("a.example");
  held->set_fail_policy(v1::FAIL_POLICY_TEMPFAIL);
  held->add_senders("default");
  ASSERT_TRUE(Apply("[[domain]]\nname='a.example'\n", {}));
  EXPECT_EQ(out_.str(), "The server holds what the document says.\n");
}

TEST_F(ApplyTest, ABadDocumentListsItsProblemsAndAsksNobody) {
  api_.list_domains = {};
  const Outcome outcome = Apply("[[domain]]\nnam='a.example'\n[[domain]]\nname=7\n", {"--yes"});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, reason::kBadDocument);
  EXPECT_THAT(err_.str(), HasSubstr("document.toml:2: domain[1].nam: is not known"));
  EXPECT_THAT(err_.str(), HasSubstr("document.toml:4: domain[2].name: is no string"));
}

TEST_F(ApplyTest, AConflictStopsEverything) {
  v1::Domain* held = held_.add_domains();
  held->set_domain("a.example");
  held->set_removing_at_ms(1);
  held->set_fail_policy(v1::FAIL_POLICY_TEMPFAIL);
  ASSERT_FALSE(Apply(kDocument, {"--yes"}));
  EXPECT_THAT(err_.str(), HasSubstr("a.example is being removed"));
  EXPECT_THAT(made_, IsEmpty());
}

TEST_F(ApplyTest, ThousandsOfDomainsComeFromStandardInput) {
  constexpr std::size_t kDomains = 3000;
  for (std::size_t i = 0; i < kDomains; ++i) {
    in_ += "[[domain]]\nname='d" + std::to_string(i) + ".example'\n";
  }
  ASSERT_FALSE(Run({"apply", "-"}));
  ASSERT_TRUE(Run({"apply", "-", "--yes"}));
  EXPECT_EQ(made_.size(), kDomains);
}

TEST_F(ApplyTest, AFileThatIsNotThereIsNamed) {
  const Outcome outcome = Run({"apply", "no-such-file"});
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("cannot read no-such-file"));
}

}  // namespace
}  // namespace dkimkeeper

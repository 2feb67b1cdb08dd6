// sign at the socket of an agent, no server anywhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "client/cli/run.h"
#include "client/reference/listen_for_programs.h"
#include "client/reference/reference_server.h"
#include "proto/reason.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kMail = "From: Joe <joe@example.com>\r\nTo: x@example.org\r\n\r\nHi.\r\n";

// Has one Ed25519 key of example.com, its signature is a text, and it notes which keys were asked
// for.
class OneKeyDesk : public ReferenceDesk {
 public:
  Result<FoundKey> Find(const Peer& /*peer*/, const WantedKey& wanted,
                        std::chrono::milliseconds /*patience*/) override {
    if (wanted.domain.str() != "example.com") {
      return Fail(Code::kPermissionDenied, reason::kNoGrant, "not for you");
    }
    const auto* selector = std::get_if<Selector>(&wanted.which);
    const auto* algorithm = std::get_if<Algorithm>(&wanted.which);
    asked.emplace_back(selector != nullptr ? selector->str() : AlgorithmName(*algorithm));
    if (asked.back() != "e1" && asked.back() != "ed25519-sha256") {
      return Fail(Code::kNotFound, reason::kKeyUnknown, "no such key");
    }
    return FoundKey{*Reference::Make("example.com", *Selector::Parse("e1")), Sender::Default(),
                    PublicKey{Algorithm::kEd25519Sha256, std::string(32, 'k')}};
  }

  Result<std::string> Sign(const Peer& /*peer*/, const DigestToSign& item,
                           std::chrono::milliseconds /*patience*/) override {
    asked.push_back("sign " + item.selector.str());
    if (away) return Fail(Code::kUnavailable, reason::kServerAway, "no server answers");
    return std::string(64, 's');
  }

  bool away = false;
  std::vector<std::string> asked;
};

class SignWithAgentTest : public testing::Test {
 protected:
  SignWithAgentTest() {
    auto listener = ListenForPrograms(socket_);
    server_ = *ReferenceServer::Start(*std::move(listener), desk_, {.threads = 1});
  }

  Outcome Sign(std::vector<std::string> options, const std::string& mail = kMail) {
    options.insert(options.begin(), {"sign", "--agent", socket_});
    const auto parsed = ParseCommandLine(options);
    if (const auto* printout = std::get_if<Printout>(&parsed)) {
      return Fail(Code::kInvalidArgument, "USAGE", printout->text);
    }
    std::istringstream in(mail);
    std::ostringstream err;
    out_.str("");
    return RunCommand(std::get<Invocation>(parsed), {.in = in,
                                                     .out = out_,
                                                     .err = err,
                                                     .now_ms = [] { return 1'751'371'380'000; },
                                                     .temp_directory = directory_.path()});
  }

  void Refused(const std::vector<std::string>& options, std::string_view why,
               const std::string& mail = kMail) {
    const Outcome outcome = Sign(options, mail);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().reason, why) << outcome.error().message;
    EXPECT_THAT(out_.str(), IsEmpty());
  }

  TempDir directory_;
  const std::string socket_ = directory_.path() / "reference.sock";
  OneKeyDesk desk_;
  std::unique_ptr<ReferenceServer> server_;
  std::ostringstream out_;
};

TEST_F(SignWithAgentTest, SignsWithEveryKeyThatTheAgentLetsItUse) {
  const Outcome outcome = Sign({});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("d=example.com; s=e1"), EndsWith(kMail)));
  EXPECT_THAT(desk_.asked, ElementsAre("rsa-sha256", "ed25519-sha256", "sign e1"));
}

TEST_F(SignWithAgentTest, AsksForTheKeyThatIsNamed) {
  ASSERT_TRUE(Sign({"--selector", "e1"}));
  EXPECT_THAT(desk_.asked, ElementsAre("e1", "sign e1"));
  Refused({"--selector", "-"}, reason::kBadSelector);
}

TEST_F(SignWithAgentTest, RefusesWithoutAWordOnStandardOutput) {
  Refused({"--algorithm", "rsa-sha256"}, reason::kNoActiveKey);
  Refused({"--sender", "news"}, reason::kNoActiveKey);
  Refused({}, reason::kNoGrant, "From: joe@example.org\r\n\r\n");
  desk_.away = true;
  Refused({}, reason::kServerAway);
  server_.reset();
  Refused({}, reason::kAgentAway);
}

}  // namespace
}  // namespace dkimkeeper

// What goes wrong between us and a real primary server.
#include "server/dns/rfc2136_publisher.h"

#include <gmock/gmock.h>

#include <fstream>

#include "proto/reason.h"
#include "tests/fakes/primary_server.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kName = "s1._domainkey.example.com";

RecordChange Creation() {
  return {
      .domain = Domain::Parse("example.com").value(),
      .selector = Selector::Parse("s1").value(),
      .before = {},
      .after = KeyRecord{.public_key = PublicKey{Algorithm::kEd25519Sha256, std::string(32, 'k')},
                         .algorithm = Algorithm::kEd25519Sha256}};
}

class Rfc2136PublisherTest : public testing::TestWithParam<PrimaryServer::Kind> {
 protected:
  void SetUp() override {
    server_ = PrimaryServer::Start(GetParam(), "example.com");
    if (!server_) GTEST_SKIP() << "not on this machine";
    options_ = {.servers = {server_->address()},
                .zones = {"example.com"},
                .tsig_key = "keeper",
                .tsig_algorithm = "hmac-sha256",
                .tsig_secret_file = server_->secret_file(),
                .time_limit = std::chrono::seconds(60)};
  }

  Result<Publication> Publish(Rfc2136Publisher::Exchange exchange = ExchangeOverTcp,
                              const RecordChange& change = Creation()) {
    return Rfc2136Publisher("ns", options_, std::move(exchange)).Publish(change);
  }
  void ExpectFailure(const Result<Publication>& published, std::string_view reason,
                     const char* words) {
    ASSERT_FALSE(published);
    EXPECT_EQ(published.error().reason, reason) << published.error().message;
    EXPECT_THAT(published.error().message, HasSubstr(words));
    EXPECT_EQ(server_->At(kName), StandingRecords());
  }
  [[nodiscard]] std::string WithSecret(const char* text) const {
    const std::string path = (dir_.path() / "secret").string();
    std::ofstream(path) << text;
    return path;
  }

  TempDir dir_;
  std::unique_ptr<PrimaryServer> server_;
  Rfc2136Options options_;
};

// The n-th exchange, from 1, is handed to `act` with its answer.
Rfc2136Publisher::Exchange OnExchange(int n,
                                      std::function<Result<std::string>(std::string answer)> act) {
  return [n, act = std::move(act), seen = std::make_shared<int>(0)](
             const ServerAddress& server, std::string_view message,
             std::chrono::milliseconds limit) -> Result<std::string> {
    auto answer = ExchangeOverTcp(server, message, limit);
    return ++*seen == n && answer ? act(*std::move(answer)) : answer;
  };
}

Result<std::string> Lost(const std::string&) {
  return Fail(Code::kUnavailable, reason::kPublisherAway, "no answer");
}

// Without its TSIG: whoever is in between can say so much.
Result<std::string> Unsigned(std::string answer) {
  answer.at(10) = 0;
  answer.at(11) = 0;  // ARCOUNT
  // Header and, of an update, the zone section: `example.com. IN SOA`.
  return answer.substr(0, 12 + 13 + 4);
}

TEST_P(Rfc2136PublisherTest, LostAnswerOfADoneUpdateIsReadBack) {
  const auto published = Publish(OnExchange(2, Lost));
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(server_->At(kName).txt.size(), 1U);
}

TEST_P(Rfc2136PublisherTest, UpdateThatWasNeverSentIsInDoubtAndNotDone) {
  const auto published = Publish(
      [seen = std::make_shared<int>(0)](const ServerAddress& server, std::string_view message,
                                        std::chrono::milliseconds limit) {
        return ++*seen == 2 ? Lost("") : ExchangeOverTcp(server, message, limit);
      });
  ExpectFailure(published, reason::kPublisherAway, "it is tried again");
}

TEST_P(Rfc2136PublisherTest, UnsignedSuccessIsNotBelieved) {
  int updates = 0;
  // Nothing reaches the server but the first question; every later answer is the forger's.
  const auto published = Publish([&](const ServerAddress& server, std::string_view message,
                                     std::chrono::milliseconds limit) -> Result<std::string> {
    if (updates++ == 0) return ExchangeOverTcp(server, message, limit);
    std::string forged(message);
    forged.at(2) = static_cast<char>(forged.at(2) | '\x80');  // QR
    forged.at(6) = forged.at(7) = forged.at(8) = forged.at(9) = 0;
    return Unsigned(forged);
  });
  ExpectFailure(published, reason::kPublisherAway, "tried again");
}

TEST_P(Rfc2136PublisherTest, AnswerToAnotherQuestionIsNotBelieved) {
  const auto published = Publish(OnExchange(1, [](std::string answer) -> Result<std::string> {
    answer.at(0) = static_cast<char>(answer.at(0) ^ 1);
    return answer;
  }));
  ExpectFailure(published, reason::kPublisherAway, "something else than it was asked");
}

TEST_P(Rfc2136PublisherTest, WrongSecret) {
  options_.tsig_secret_file = WithSecret("d3Jvbmcgc2VjcmV0IGZvciB0ZXN0cyAxMjM0NTY3ODk=\n");
  const auto published = Publish();
  ExpectFailure(published, reason::kPublishRefused, "BADSIG");
  EXPECT_THAT(published.error().message, Not(HasSubstr("d3Jvbmc")));
}

TEST_P(Rfc2136PublisherTest, UnknownKey) {
  options_.tsig_key = "nobody";
  ExpectFailure(Publish(), reason::kPublishRefused, "BADKEY");
}

TEST_P(Rfc2136PublisherTest, ZoneThatTheServerDoesNotHave) {
  options_.zones = {"_domainkey.example.com"};
  const auto published = Publish();
  ExpectFailure(published, reason::kPublishRefused, "NOTAUTH");
}

TEST_P(Rfc2136PublisherTest, NameThatTheKeyMayNotChange) {
  RecordChange change = Creation();
  change.target = "www.example.com";
  // Knot DNS says of a key that its acl does not let do that, that it does not know it.
  ExpectFailure(Publish(ExchangeOverTcp, change), reason::kPublishRefused,
                GetParam() == PrimaryServer::Kind::kKnot ? "(BADKEY), or not for this name"
                                                         : "(REFUSED); allow TXT records");
}

TEST_P(Rfc2136PublisherTest, ZoneThatIsNotConfigured) {
  options_.zones = {"example.net"};
  ExpectFailure(Publish(), reason::kPublishRefused, "add the zone to its `zones`");
}

TEST_P(Rfc2136PublisherTest, SecretThatIsNoSecret) {
  for (const char* text : {"", "two\nlines\n", "no base64!"}) {
    options_.tsig_secret_file = WithSecret(text);
    const auto published = Publish();
    ExpectFailure(published, reason::kPublishRefused, "base64");
    EXPECT_THAT(published.error().message, Not(HasSubstr("lines\n")));
  }
  options_.tsig_secret_file = "/nonexistent/secret";
  ExpectFailure(Publish(), reason::kPublishRefused, "/nonexistent/secret cannot be read");
}

TEST_P(Rfc2136PublisherTest, NextServerIsAskedWhereOneIsAway) {
  options_.servers.insert(options_.servers.begin(), ServerAddress::Parse("127.0.0.1@1").value());
  const auto published = Publish();
  ASSERT_TRUE(published) << published.error().message;
}

INSTANTIATE_TEST_SUITE_P(Servers, Rfc2136PublisherTest,
                         testing::Values(PrimaryServer::Kind::kKnot, PrimaryServer::Kind::kBind),
                         [](const auto& info) {
                           return info.param == PrimaryServer::Kind::kKnot ? "Knot" : "Bind";
                         });

}  // namespace
}  // namespace dkimkeeper

// Against a server on loopback that lies, hangs or refuses.
#include "server/dns/socket_dns_client.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>

#include "tests/fakes/dns_octets.h"
#include "tests/fakes/lying_name_server.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr std::chrono::seconds kGenerous{30};
constexpr milliseconds kSoon{200};
const DnsQuestion kQuestion{.name = "selector-of-some-length.example.com"};

// The question's octets out of a query; its name in the letter case that was sent.
std::string QuestionOf(const std::string& query) {
  return query.substr(12, kQuestion.name.size() + 6);
}

// A true answer to `query`: one TXT record that says "yes".
std::string TrueAnswer(const std::string& query) {
  return query.substr(0, 2) + octets::Short(0x8400) + octets::Short(1) + octets::Short(1) +
         octets::Short(0) + octets::Short(0) + QuestionOf(query) +
         octets::Record(kQuestion.name, 16, 300, "\x03yes");
}

DnsReply Ask(const LyingNameServer& server, DnsTransport transport,
             milliseconds limit = kGenerous) {
  return SocketDnsClient().Ask(server.address(), kQuestion, transport, limit);
}

TEST(SocketDnsClientTest, TheTruthPassesOverBothTransports) {
  LyingNameServer server([](const std::string& query) { return std::vector{TrueAnswer(query)}; });
  for (const DnsTransport transport : {DnsTransport::kTcp, DnsTransport::kUdp}) {
    const auto answer = Ask(server, transport);
    ASSERT_TRUE(answer) << answer.error().detail;
    ASSERT_EQ(answer->answer.size(), 1U);
    EXPECT_THAT(answer->answer[0].strings, testing::ElementsAre("yes"));
  }
}

TEST(SocketDnsClientTest, IdsAndLetterCasesAreDrawn) {
  std::mutex mutex;
  std::set<std::string> ids;
  std::set<std::string> names;
  LyingNameServer server([&](const std::string& query) {
    const std::lock_guard lock(mutex);
    ids.insert(query.substr(0, 2));
    names.insert(QuestionOf(query));
    return std::vector{TrueAnswer(query)};
  });
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(Ask(server, DnsTransport::kUdp));
  EXPECT_GT(ids.size(), 15U);
  EXPECT_GT(names.size(), 15U);
}

TEST(SocketDnsClientTest, OverTcpALieIsNonsense) {
  LyingNameServer server([](const std::string& query) {
    std::string answer = TrueAnswer(query);
    answer[0] = static_cast<char>(answer[0] ^ 1);
    return std::vector{answer};
  });
  const auto answer = Ask(server, DnsTransport::kTcp);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, DnsFault::kNonsense);
  EXPECT_THAT(answer.error().detail, HasSubstr("another id"));
}

TEST(SocketDnsClientTest, OverUdpLiesArePassedOverUntilTheTruth) {
  LyingNameServer server([](const std::string& query) {
    const std::string truth = TrueAnswer(query);
    std::string other_id = truth.substr(0, truth.size() - 3) + "lie";
    std::string other_case = other_id;
    other_id[1] = static_cast<char>(other_id[1] ^ 1);
    other_case[13] = static_cast<char>(other_case[13] ^ 0x20);  // the name's first letter
    return std::vector<std::string>{other_id, other_case, "", "garbage", query, truth};
  });
  const auto answer = Ask(server, DnsTransport::kUdp);
  ASSERT_TRUE(answer) << answer.error().detail;
  ASSERT_EQ(answer->answer.size(), 1U);
  EXPECT_THAT(answer->answer[0].strings, testing::ElementsAre("yes"));
}

TEST(SocketDnsClientTest, LiesAloneEndInATimeOut) {
  LyingNameServer server([](const std::string& query) {
    std::string answer = TrueAnswer(query);
    answer[0] = static_cast<char>(answer[0] ^ 1);
    return std::vector{answer};
  });
  const auto answer = Ask(server, DnsTransport::kUdp, kSoon);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, DnsFault::kTimeOut);
}

// ldns' own socket takes it.
TEST(SocketDnsClientTest, AnAnswerFromAnotherPortNeverArrives) {
  LyingNameServer server([](const std::string& query) { return std::vector{TrueAnswer(query)}; });
  server.AnswerFromAnotherPort();
  const auto answer = Ask(server, DnsTransport::kUdp, kSoon);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, DnsFault::kTimeOut);
}

TEST(SocketDnsClientTest, SilenceIsATimeOutAndTheNextQuestionIsAsked) {
  std::atomic<bool> silent = true;
  LyingNameServer server([&](const std::string& query) {
    return silent ? std::vector<std::string>() : std::vector{TrueAnswer(query)};
  });
  SocketDnsClient client;
  for (const DnsTransport transport : {DnsTransport::kTcp, DnsTransport::kUdp}) {
    silent = true;
    const auto answer = client.Ask(server.address(), kQuestion, transport, kSoon);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().fault, DnsFault::kTimeOut);
    EXPECT_THAT(answer.error().detail, HasSubstr("did not answer in time"));
    silent = false;
    EXPECT_TRUE(client.Ask(server.address(), kQuestion, transport, kGenerous));
  }
}

TEST(SocketDnsClientTest, AClosedPortIsSaidAtOnce) {
  LyingNameServer server([](const std::string& query) { return std::vector{TrueAnswer(query)}; },
                         /*refuses_tcp=*/true);
  const auto answer = Ask(server, DnsTransport::kTcp);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, DnsFault::kRefused);
  EXPECT_THAT(answer.error().detail, HasSubstr("refuses connections over TCP"));
  EXPECT_TRUE(Ask(server, DnsTransport::kUdp));
}

TEST(SocketDnsClientTest, AMessageThatEndsEarlyIsNone) {
  LyingNameServer server([](const std::string&) { return std::vector<std::string>(); });
  server.SendRaw(octets::Short(65'535) + "not that much");
  const auto answer = Ask(server, DnsTransport::kTcp);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, DnsFault::kRefused);
  EXPECT_THAT(answer.error().detail, HasSubstr("closed the connection"));
}

TEST(SocketDnsClientTest, TheLargestMessageIsReadWhole) {
  LyingNameServer server([](const std::string& query) {
    std::string answer = TrueAnswer(query);
    answer[7] = 2;                                                       // a second record
    const std::size_t head = octets::Record("x", 0xFF00, 1, "").size();  // private use
    const std::size_t rest = 65'535 - answer.size() - head;
    return std::vector{answer + octets::Record("x", 0xFF00, 1, std::string(rest, 'x'))};
  });
  const auto answer = Ask(server, DnsTransport::kTcp);
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->answer.size(), 1U);
}

TEST(SocketDnsClientTest, RoutesAreKnownWithoutAPacket) {
  SocketDnsClient client;
  EXPECT_TRUE(client.HasRoute(ServerAddress::Parse("127.0.0.1@53").value()));
}

TEST(SocketDnsClientTest, ANameThatIsNoneIsNotAsked) {
  const auto answer = SocketDnsClient().Ask(ServerAddress::Parse("127.0.0.1@53").value(),
                                            {.name = "a..b"}, DnsTransport::kTcp, kSoon);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, DnsFault::kNonsense);
}

}  // namespace
}  // namespace dkimkeeper

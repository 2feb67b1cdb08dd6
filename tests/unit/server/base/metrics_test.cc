#include "server/base/metrics.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

namespace dkimkeeper {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;
using testing::Not;

TEST(MetricsTest, CountsSignaturesByAlgorithmAndResult) {
  Metrics metrics;
  metrics.CountSignature(Algorithm::kRsaSha256, "ok");
  metrics.CountSignature(Algorithm::kRsaSha256, "ok");
  metrics.CountSignature(Algorithm::kEd25519Sha256, "TOKEN_AWAY");
  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr("dkimkeeper_signatures_total{algorithm=\"rsa-sha256\","
                              "result=\"ok\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("dkimkeeper_signatures_total{algorithm=\"ed25519-sha256\","
                              "result=\"TOKEN_AWAY\"} 1\n"));
  // Shown before the first one, so that a rate can be taken from the start.
  EXPECT_THAT(text, HasSubstr("dkimkeeper_signatures_total{algorithm=\"ed25519-sha256\","
                              "result=\"ok\"} 0\n"));
}

TEST(MetricsTest, QueueAndTokenTimeApartFromTenMicrosecondsOn) {
  Metrics metrics;
  metrics.ObserveQueueTime(microseconds(9));
  metrics.ObserveTokenTime(microseconds(600));
  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr("dkimkeeper_queue_seconds_bucket{le=\"1e-05\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("dkimkeeper_token_seconds_bucket{le=\"0.0005\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("dkimkeeper_token_seconds_bucket{le=\"0.001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("dkimkeeper_token_seconds_count 1\n"));
}

TEST(MetricsTest, GaugesFollow) {
  Metrics metrics;
  metrics.SetQueueDepth(5);
  metrics.SetQueueDepth(3);
  metrics.SetAlarms("token.away", 2);
  metrics.SetAlarms("token.away", 0);
  metrics.CountAuditDrop();
  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr("dkimkeeper_queue_depth 3\n"));
  EXPECT_THAT(text, HasSubstr("dkimkeeper_alarms{name=\"token.away\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("dkimkeeper_audit_dropped_total 1\n"));
}

TEST(MetricsTest, ShowsCountersThatAreKeptElsewhere) {
  Metrics metrics;
  std::uint64_t count = 1;
  metrics.ShowCounter("elsewhere_total", "Somebody else's", [&] {
    return std::vector<Metrics::Sample>{{{{"identity", "uri:\"a\""}}, count}};
  });
  count = 2;
  EXPECT_THAT(metrics.Render(), HasSubstr("# TYPE elsewhere_total counter\n"
                                          "elsewhere_total{identity=\"uri:\\\"a\\\"\"} 2\n"));
}

TEST(MetricsTest, CountsRequestsByMethodAndCode) {
  Metrics metrics;
  metrics.CountRequest("Signing.SignDigest", "OK");
  metrics.CountRequest("Signing.SignDigest", "OK");
  metrics.CountRequest("Signing.SignDigest", "NOT_FOUND");
  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr("{code=\"OK\",method=\"Signing.SignDigest\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("{code=\"NOT_FOUND\",method=\"Signing.SignDigest\"} 1\n"));
}

// What a scraper on 127.0.0.1 gets.
std::string Get(std::uint16_t port, const std::string& path) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  EXPECT_EQ(::send(socket, request.data(), request.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(request.size()));
  std::string answer;
  std::array<char, 4096> part{};
  for (ssize_t n = 0; (n = ::recv(socket, part.data(), part.size(), 0)) > 0;) {
    answer.append(part.data(), static_cast<std::size_t>(n));
  }
  ::close(socket);
  return answer;
}

TEST(MetricsTest, ServesOverHttp) {
  Metrics metrics;
  metrics.CountAuditDrop();
  const auto port = metrics.Serve("127.0.0.1:0");
  ASSERT_TRUE(port) << port.error().message;
  const std::string answer = Get(*port, "/metrics");
  EXPECT_THAT(answer, HasSubstr("200 OK"));
  EXPECT_THAT(answer, HasSubstr("dkimkeeper_audit_dropped_total 1\n"));
}

TEST(MetricsTest, AddressInUseIsAnError) {
  Metrics first;
  const auto port = first.Serve("127.0.0.1:0");
  ASSERT_TRUE(port);
  Metrics second;
  const auto refused = second.Serve("127.0.0.1:" + std::to_string(*port));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("[metrics] listen"));
  EXPECT_THAT(second.Render(), Not(testing::IsEmpty()));
}

}  // namespace
}  // namespace dkimkeeper

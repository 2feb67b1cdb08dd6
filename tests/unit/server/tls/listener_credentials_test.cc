#include "server/rpc/listener_credentials.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "server/tls/private_copy.h"
#include "server/tls/tls_policy.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fakes/test_authority.h"
#include "tests/unit/server/tls/tls_client.h"

namespace dkimkeeper {
namespace {

using std::chrono::seconds;

constexpr std::chrono::system_clock::time_point kNow{std::chrono::hours(500'000)};

// A gRPC server that offers nothing but its TLS.
class ListenerCredentialsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto copy = PrivateCopy::Open((directory_.path() / "tls").string());
    ASSERT_TRUE(copy) << copy.error().message;
    copy_ = std::move(*copy);
    Publish(first_, root_);
  }

  void Publish(const TestCertificate& server, const TestAuthority& client_ca) {
    ASSERT_TRUE(copy_->Publish({server.certificate, server.key, client_ca.pem()}, kNow));
  }

  void StartServer(TlsVersions versions) {
    ASSERT_TRUE(ApplyTlsPolicy(versions));
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", ListenerCredentials(copy_->paths(), seconds(0)),
                             &port_);
    builder.RegisterCallbackGenericService(&no_service_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    ASSERT_NE(port_, 0);
  }

  // Visits until the server presents `wanted`, at most half a minute.
  bool ComesToPresent(const TestCertificate& wanted) const {
    const auto give_up = std::chrono::steady_clock::now() + seconds(30);
    while (VisitServer(port_, {.certificate = client_}).server_certificate != wanted.certificate) {
      if (std::chrono::steady_clock::now() > give_up) return false;
    }
    return true;
  }

  const TempDir directory_;
  const TestAuthority root_{"root"};
  const TestAuthority foreign_{"root"};  // the same name, another key
  const TestCertificate first_ = root_.IssueServer();
  const TestCertificate second_ = root_.IssueServer();
  const TestCertificate client_ = root_.Issue({.names = {"URI:spiffe://example.test/client"}});
  std::unique_ptr<PrivateCopy> copy_;
  int port_ = 0;
  grpc::CallbackGenericService no_service_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(ListenerCredentialsTest, ClientOfTheAuthorityIsAccepted) {
  ASSERT_NO_FATAL_FAILURE(StartServer(TlsVersions::kTls13Only));
  const TlsVisit visit = VisitServer(port_, {.certificate = client_});
  EXPECT_TRUE(visit.accepted);
  EXPECT_EQ(visit.server_certificate, first_.certificate);
}

TEST_F(ListenerCredentialsTest, ClientWithoutCertificateIsRefused) {
  ASSERT_NO_FATAL_FAILURE(StartServer(TlsVersions::kTls13Only));
  EXPECT_FALSE(VisitServer(port_, {}).accepted);
}

TEST_F(ListenerCredentialsTest, ClientOfAForeignAuthorityIsRefused) {
  ASSERT_NO_FATAL_FAILURE(StartServer(TlsVersions::kTls13Only));
  EXPECT_FALSE(VisitServer(port_, {.certificate = foreign_.IssueServer()}).accepted);
}

TEST_F(ListenerCredentialsTest, ExpiredClientIsRefused) {
  ASSERT_NO_FATAL_FAILURE(StartServer(TlsVersions::kTls13Only));
  const auto expired =
      root_.Issue({.not_after = std::chrono::sys_days(std::chrono::year(2001) / 1 / 1)});
  EXPECT_FALSE(VisitServer(port_, {.certificate = expired}).accepted);
}

TEST_F(ListenerCredentialsTest, Tls12IsRefusedUnlessAllowed) {
  ASSERT_NO_FATAL_FAILURE(StartServer(TlsVersions::kTls13Only));
  EXPECT_FALSE(VisitServer(port_, {.certificate = client_, .version = TLS1_2_VERSION}).accepted);
  EXPECT_TRUE(VisitServer(port_, {.certificate = client_, .version = TLS1_3_VERSION}).accepted);
}

TEST_F(ListenerCredentialsTest, Tls12IsAcceptedWhereAllowed) {
  ASSERT_NO_FATAL_FAILURE(StartServer(TlsVersions::kTls12AndTls13));
  EXPECT_TRUE(VisitServer(port_, {.certificate = client_, .version = TLS1_2_VERSION}).accepted);
}

TEST_F(ListenerCredentialsTest, SessionIsNotResumed) {
  ASSERT_NO_FATAL_FAILURE(StartServer(TlsVersions::kTls13Only));
  const TlsVisit first = VisitServer(port_, {.certificate = client_});
  ASSERT_TRUE(first.accepted);
  // The first is still open: OpenSSL forgets a session whose connection breaks.
  const TlsVisit second = VisitServer(port_, {.certificate = client_, .resume = &first});
  EXPECT_TRUE(second.accepted);
  EXPECT_FALSE(second.resumed);
}

TEST_F(ListenerCredentialsTest, NextConnectionGetsTheNewCertificate) {
  ASSERT_NO_FATAL_FAILURE(StartServer(TlsVersions::kTls13Only));
  ASSERT_TRUE(VisitServer(port_, {.certificate = client_}).accepted);
  Publish(second_, root_);
  EXPECT_TRUE(ComesToPresent(second_));
  EXPECT_TRUE(VisitServer(port_, {.certificate = client_}).accepted);
}

TEST_F(ListenerCredentialsTest, NewClientAuthorityReplacesTheOld) {
  ASSERT_NO_FATAL_FAILURE(StartServer(TlsVersions::kTls13Only));
  Publish(second_, foreign_);
  EXPECT_TRUE(ComesToPresent(second_));
  EXPECT_FALSE(VisitServer(port_, {.certificate = client_}).accepted);
  EXPECT_TRUE(VisitServer(port_, {.certificate = foreign_.IssueServer()}).accepted);
}

}  // namespace
}  // namespace dkimkeeper

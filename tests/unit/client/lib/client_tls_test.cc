// Mutual TLS: who gets in, and what the others are told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "client/lib/operator_client.h"
#include "proto/reason.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/test_certificates.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class ClientTlsTest : public testing::Test {
 protected:
  FakeServerTls ServerTls(const std::string& name) {
    const CertificatePair pair = ca_.Issue("server", {name});
    return {.ca_file = ca_.CaFile(), .cert_file = pair.cert_file, .key_file = pair.key_file};
  }

  static ClientOptions Options(const FakeApiServer& server, const std::string& ca_file,
                               const CertificatePair& pair) {
    ClientOptions options;
    options.servers = {server.address()};
    options.ca_file = ca_file;
    options.cert_file = pair.cert_file;
    options.key_file = pair.key_file;
    return options;
  }

  // The error of a client that should not get in.
  static Error Refused(ClientOptions options, milliseconds deadline = milliseconds(500)) {
    options.deadline = deadline;
    const auto client = OperatorClient::Connect(options);
    if (!client) return client.error();
    const auto who = (*client)->WhoAmI();
    EXPECT_FALSE(who);
    return who ? Error() : who.error();
  }

  TestCa ca_{"ca"};
  CertificatePair alice_ = ca_.Issue("alice", {"URI:spiffe://test/alice"});
  FakeApi api_;
};

TEST_F(ClientTlsTest, TheServerSeesTheClientsCertificate) {
  const FakeApiServer server(api_, "127.0.0.1:0", ServerTls("IP:127.0.0.1"));
  const auto client = OperatorClient::Connect(Options(server, ca_.CaFile(), alice_));
  ASSERT_TRUE(client);
  EXPECT_EQ((*client)->WhoAmI().value().identity(), "uri:spiffe://test/alice");
}

TEST_F(ClientTlsTest, AForeignServerIsNotTrusted) {
  const FakeApiServer server(api_, "127.0.0.1:0", ServerTls("IP:127.0.0.1"));
  const TestCa other("other");
  const Error error = Refused(Options(server, other.CaFile(), alice_));
  EXPECT_EQ(error.reason, reason::kServerAway);
  EXPECT_THAT(error.message, HasSubstr(server.address()));
  EXPECT_THAT(error.message, HasSubstr("the CA file is the one that signed"));
}

TEST_F(ClientTlsTest, AServerOfAnotherNameIsNotTrusted) {
  const FakeApiServer server(api_, "127.0.0.1:0", ServerTls("DNS:elsewhere.example"));
  const Error error = Refused(Options(server, ca_.CaFile(), alice_));
  EXPECT_EQ(error.reason, reason::kServerAway);
  EXPECT_THAT(error.message, HasSubstr("names this host"));
}

TEST_F(ClientTlsTest, AClientOfAnotherCaIsToldToLookAtTheServersLog) {
  const FakeApiServer server(api_, "127.0.0.1:0", ServerTls("IP:127.0.0.1"));
  TestCa other("other");
  const CertificatePair mallory = other.Issue("mallory", {"URI:spiffe://test/alice"});
  const Error error = Refused(Options(server, ca_.CaFile(), mallory));
  EXPECT_EQ(error.reason, reason::kServerAway);
  EXPECT_THAT(error.message, HasSubstr("refused this client's certificate"));
}

TEST_F(ClientTlsTest, AClosedPortIsNamed) {
  ClientOptions options;
  {
    const FakeApiServer server(api_, "127.0.0.1:0", ServerTls("IP:127.0.0.1"));
    options = Options(server, ca_.CaFile(), alice_);
  }
  // Long enough for gRPC to connect again by itself, between our calls.
  const Error error = Refused(options, milliseconds(2'000));
  EXPECT_EQ(error.reason, reason::kServerAway);
  EXPECT_THAT(error.message, HasSubstr("Connection refused"));
  EXPECT_THAT(error.message, HasSubstr("dkimkeeperd runs and listens there"));
}

TEST_F(ClientTlsTest, FilesThatDoNotFitAreRefusedAtConnect) {
  const FakeApiServer server(api_, "127.0.0.1:0", ServerTls("IP:127.0.0.1"));
  const CertificatePair bob = ca_.Issue("bob", {"URI:spiffe://test/bob"});
  ClientOptions options = Options(server, ca_.CaFile(), alice_);
  options.key_file = bob.key_file;
  EXPECT_EQ(Refused(options).reason, reason::kBadCertificate);
}

TEST_F(ClientTlsTest, ANewCertificateOnDiskIsUsedWithoutAFailedCall) {
  const FakeApiServer server(api_, "127.0.0.1:0", ServerTls("IP:127.0.0.1"), milliseconds(100));
  const auto client = OperatorClient::Connect(Options(server, ca_.CaFile(), alice_));
  ASSERT_TRUE(client);
  ASSERT_EQ((*client)->WhoAmI().value().identity(), "uri:spiffe://test/alice");
  const CertificatePair bob = ca_.Issue("bob", {"URI:spiffe://test/bob"});
  std::filesystem::rename(bob.cert_file, alice_.cert_file);
  std::filesystem::rename(bob.key_file, alice_.key_file);
  // The server closes connections all the time; after the next look at the files it sees bob.
  std::string identity;
  while (identity != "uri:spiffe://test/bob") {
    const auto who = (*client)->WhoAmI();
    ASSERT_TRUE(who) << who.error().message;
    identity = who->identity();
  }
}

}  // namespace
}  // namespace dkimkeeper

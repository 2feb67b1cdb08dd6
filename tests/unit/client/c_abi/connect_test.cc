#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/test_certificates.h"
#include "tests/unit/client/c_abi/played_server.h"
#include "tests/unit/client/lib/socket_address.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

class ConnectTest : public testing::Test {
 protected:
  ~ConnectTest() override { dkimkeeper_client_free(client_); }

  std::string Connect(const std::string& server) {
    const std::array<const char*, 2> servers = {server.c_str(), nullptr};
    options_.servers = servers.data();
    dkimkeeper_error* error = nullptr;
    EXPECT_EQ(dkimkeeper_connect(&options_, &client_, &error), dkimkeeper_error_code(error));
    sentence_ = dkimkeeper_error_message(error);
    return TakeError(error);
  }

  // The domain of the one key that the server lists, or the error.
  std::string ListedDomain() {
    dkimkeeper_keys* keys = nullptr;
    dkimkeeper_error* error = nullptr;
    if (dkimkeeper_list_keys(client_, nullptr, &keys, &error) != DKIMKEEPER_OK) {
      return TakeError(error);
    }
    const std::string domain =
        dkimkeeper_keys_count(keys) == 1 ? dkimkeeper_keys_at(keys, 0)->domain : "";
    dkimkeeper_keys_free(keys);
    return domain;
  }

  SocketDirectory sockets_;
  dkimkeeper_options options_ = DKIMKEEPER_OPTIONS_INIT;
  dkimkeeper_client* client_ = nullptr;
  std::string sentence_;
};

void ListOneKey(FakeApi& api) {
  api.list_signing_keys = [](const v1::ListSigningKeysRequest&,
                             v1::ListSigningKeysResponse* response) {
    v1::SigningKey& key = *response->add_keys();
    key.set_domain("example.com");
    key.set_sender("default");
    key.set_selector("s1");
    key.set_algorithm(v1::ALGORITHM_RSA_SHA256);
    return grpc::Status::OK;
  };
}

TEST_F(ConnectTest, OverASocketOfTheHost) {
  FakeApi api;
  ListOneKey(api);
  const FakeApiServer server(api, sockets_.Address("s"));
  ASSERT_EQ(Connect(server.address()), "");
  EXPECT_EQ(ListedDomain(), "example.com");
}

TEST_F(ConnectTest, OverMutualTls) {
  TestCa ca("the authority");
  const CertificatePair of_server = ca.Issue("server", {"DNS:localhost", "IP:127.0.0.1"});
  const CertificatePair of_client = ca.Issue("client", {"URI:spiffe://example.test/mail"});
  const std::string ca_file = ca.CaFile();
  FakeApi api;
  ListOneKey(api);
  const FakeApiServer server(api, "127.0.0.1:0",
                             FakeServerTls{ca_file, of_server.cert_file, of_server.key_file});
  EXPECT_EQ(Connect(server.address()), "INVALID_ARGUMENT/BAD_OPTION") << "without a certificate";
  options_.ca_file = ca_file.c_str();
  options_.cert_file = of_client.cert_file.c_str();
  options_.key_file = of_client.key_file.c_str();
  ASSERT_EQ(Connect(server.address()), "") << sentence_;
  EXPECT_EQ(ListedDomain(), "example.com");
}

TEST_F(ConnectTest, AServerThatIsAwayIsFoundByTheFirstCall) {
  options_.deadline_ms = 50;
  ASSERT_EQ(Connect(sockets_.Address("nobody")), "");
  EXPECT_EQ(ListedDomain(), "UNAVAILABLE/SERVER_AWAY");
}

TEST_F(ConnectTest, BadOptionsMakeNoClient) {
  EXPECT_EQ(Connect("no address"), "INVALID_ARGUMENT/BAD_OPTION");
  EXPECT_THAT(sentence_, HasSubstr("host:port"));
  EXPECT_EQ(client_, nullptr);
  options_.deadline_ms = -1;
  EXPECT_EQ(Connect(sockets_.Address("s")), "INVALID_ARGUMENT/BAD_OPTION");
  options_.deadline_ms = 0;
  options_.ca_file = options_.cert_file = options_.key_file = "/nonexistent";
  EXPECT_EQ(Connect("localhost:1"), "FAILED_PRECONDITION/BAD_CERTIFICATE");
  EXPECT_EQ(client_, nullptr);
}

TEST_F(ConnectTest, NullIsRefused) {
  dkimkeeper_error* error = nullptr;
  EXPECT_EQ(dkimkeeper_connect(nullptr, &client_, &error), DKIMKEEPER_INVALID_ARGUMENT);
  EXPECT_EQ(TakeError(error), "INVALID_ARGUMENT/BAD_OPTION");
  EXPECT_EQ(dkimkeeper_connect(&options_, nullptr, nullptr), DKIMKEEPER_INVALID_ARGUMENT);
  EXPECT_EQ(dkimkeeper_connect(&options_, &client_, nullptr), DKIMKEEPER_INVALID_ARGUMENT)
      << "no server is given";
}

}  // namespace
}  // namespace dkimkeeper

#include "client/lib/operator_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/reason.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/unit/client/lib/socket_address.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;

class OperatorClientTest : public testing::Test {
 protected:
  std::unique_ptr<OperatorClient> Connect() {
    ClientOptions options;
    options.servers = {sockets_.Address("s")};
    options.deadline = std::chrono::milliseconds(10'000);
    return *OperatorClient::Connect(options);
  }

  SocketDirectory sockets_;
  FakeApi api_;
};

TEST_F(OperatorClientTest, AChangeIsRepeatedWithTheSameRequestId) {
  std::vector<std::string> ids;
  api_.add_domain = [&](const v1::AddDomainRequest& request, v1::Domain* response) {
    ids.push_back(request.request_id());
    if (ids.size() < 3) {
      return FailedCall(grpc::StatusCode::UNAVAILABLE, "STORE_AWAY", "the store is away");
    }
    response->set_domain(request.domain());
    return grpc::Status::OK;
  };
  const FakeApiServer server(api_, sockets_.Address("s"));
  v1::AddDomainRequest request;
  request.set_domain("example.com");
  EXPECT_EQ(Connect()->AddDomain(request).value().domain(), "example.com");
  ASSERT_EQ(ids.size(), 3U);
  EXPECT_EQ(ids[0].size(), 32U);
  EXPECT_EQ(ids[1], ids[0]);
  EXPECT_EQ(ids[2], ids[0]);
}

TEST_F(OperatorClientTest, EachChangeHasItsOwnRequestId) {
  std::vector<std::string> ids;
  api_.add_domain = [&](const v1::AddDomainRequest& request, v1::Domain* /*response*/) {
    ids.push_back(request.request_id());
    return grpc::Status::OK;
  };
  const FakeApiServer server(api_, sockets_.Address("s"));
  const auto client = Connect();
  ASSERT_TRUE(client->AddDomain({}));
  ASSERT_TRUE(client->AddDomain({}));
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_NE(ids[0], ids[1]);
}

TEST_F(OperatorClientTest, AGivenRequestIdIsKept) {
  std::string id;
  api_.add_domain = [&](const v1::AddDomainRequest& request, v1::Domain* /*response*/) {
    id = request.request_id();
    return grpc::Status::OK;
  };
  const FakeApiServer server(api_, sockets_.Address("s"));
  v1::AddDomainRequest request;
  request.set_request_id("mine");
  ASSERT_TRUE(Connect()->AddDomain(request));
  EXPECT_EQ(id, "mine");
}

TEST_F(OperatorClientTest, AListIsReadToItsEnd) {
  std::vector<std::string> tokens;
  api_.list_domains = [&](const v1::ListDomainsRequest& request,
                          v1::ListDomainsResponse* response) {
    tokens.push_back(request.page_token());
    response->add_domains()->set_domain("d" + std::to_string(tokens.size()) + ".example");
    if (tokens.size() < 3) response->set_next_page_token("page" + std::to_string(tokens.size()));
    return grpc::Status::OK;
  };
  const FakeApiServer server(api_, sockets_.Address("s"));
  const auto domains = Connect()->ListDomains({});
  ASSERT_TRUE(domains);
  ASSERT_EQ(domains->size(), 3U);
  EXPECT_EQ((*domains)[2].domain(), "d3.example");
  EXPECT_THAT(tokens, ElementsAre("", "page1", "page2"));
}

TEST_F(OperatorClientTest, AListWithoutAnEndIsAnError) {
  api_.list_domains = [](const v1::ListDomainsRequest& /*request*/,
                         v1::ListDomainsResponse* response) {
    response->set_next_page_token("again");
    return grpc::Status::OK;
  };
  const FakeApiServer server(api_, sockets_.Address("s"));
  const auto domains = Connect()->ListDomains({});
  ASSERT_FALSE(domains);
  EXPECT_EQ(domains.error().code, Code::kInternal);
}

TEST_F(OperatorClientTest, ARefusalKeepsItsReason) {
  api_.get_key = [](const v1::GetKeyRequest& /*request*/, v1::Key* /*response*/) {
    return FailedCall(grpc::StatusCode::NOT_FOUND, "KEY_UNKNOWN", "no such key");
  };
  const FakeApiServer server(api_, sockets_.Address("s"));
  const auto key = Connect()->GetKey({});
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, Code::kNotFound);
  EXPECT_EQ(key.error().reason, reason::kKeyUnknown);
  EXPECT_EQ(key.error().message, "no such key");
}

TEST_F(OperatorClientTest, SigningKeysAreAskedForOneDomain) {
  api_.list_signing_keys = [](const v1::ListSigningKeysRequest& request,
                              v1::ListSigningKeysResponse* response) {
    v1::SigningKey* key = response->add_keys();
    key->set_domain(request.domain());
    key->set_sender("default");
    key->set_selector("s1");
    key->set_algorithm(v1::ALGORITHM_RSA_SHA256);
    return grpc::Status::OK;
  };
  const FakeApiServer server(api_, sockets_.Address("s"));
  const auto keys = Connect()->ListSigningKeys(*Domain::Parse("example.com"));
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->keys.at(0).domain.str(), "example.com");
}

}  // namespace
}  // namespace dkimkeeper

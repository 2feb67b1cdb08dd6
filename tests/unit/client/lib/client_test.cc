#include "dkimkeeper/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "proto/reason.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/unit/client/lib/socket_address.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

DigestToSign Item(const std::string& selector, std::uint8_t first_byte = 0) {
  return {.domain = *Domain::Parse("example.com"),
          .selector = *Selector::Parse(selector),
          .algorithm = Algorithm::kEd25519Sha256,
          .digest = Sha256Digest({first_byte})};
}

// "signature of <selector>", or what a test says about that selector.
class ClientTest : public testing::Test {
 protected:
  ClientTest() {
    api_.sign_digests = [this](const v1::SignDigestsRequest& request,
                               v1::SignDigestsResponse* response) {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      for (const v1::SignDigestRequest& item : request.items()) Sign(item, response->add_results());
      return grpc::Status::OK;
    };
  }

  void Sign(const v1::SignDigestRequest& item, v1::SignDigestsResult* result) {
    if (item.selector() == "stale") {
      result->set_code(grpc::StatusCode::FAILED_PRECONDITION);
      result->set_message("selector stale does not sign");
      result->mutable_detail()->set_reason(std::string(reason::kSelectorNotActive));
      result->mutable_detail()->set_current_selector("fresh");
    } else if (item.selector() == "demanding") {
      result->set_code(grpc::StatusCode::PERMISSION_DENIED);
      result->mutable_detail()->set_reason(std::string(reason::kHeadersRequired));
    } else if (item.selector() == "flaky" && flaky_ > 0) {
      --flaky_;
      result->set_code(grpc::StatusCode::UNAVAILABLE);
      result->mutable_detail()->set_reason(std::string(reason::kTokenAway));
    } else {
      result->set_signature("signature of " + item.selector());
    }
  }

  std::unique_ptr<Client> Connect(std::vector<std::string> servers,
                                  milliseconds deadline = milliseconds(10'000)) {
    ClientOptions options;
    options.servers = std::move(servers);
    options.deadline = deadline;
    options.note = "queue id 7";
    return *Client::Connect(options);
  }

  SocketDirectory sockets_;
  FakeApi api_;
  std::mutex mutex_;
  std::vector<v1::SignDigestsRequest> requests_;
  int flaky_ = 0;
};

TEST_F(ClientTest, SendsWhatIsToBeSignedAndTheNote) {
  const FakeApiServer server(api_, sockets_.Address("s"));
  const auto client = Connect({server.address()});
  const std::vector<DigestToSign> items{Item("s1", 0xab)};
  const auto results = client->SignDigests(items);
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].value(), "signature of s1");
  ASSERT_EQ(requests_.size(), 1U);
  const v1::SignDigestRequest& sent = requests_[0].items(0);
  EXPECT_EQ(sent.domain(), "example.com");
  EXPECT_EQ(sent.algorithm(), v1::ALGORITHM_ED25519_SHA256);
  EXPECT_EQ(sent.digest(), "\xab" + std::string(31, '\0'));
  EXPECT_EQ(sent.note(), "queue id 7");
}

TEST_F(ClientTest, SendsTheHeaderWhereItIsDemanded) {
  std::vector<v1::SignHeadersRequest> blocks;
  api_.sign_headers = [&](const v1::SignHeadersRequest& request, v1::SignDigestResponse* response) {
    blocks.push_back(request);
    response->set_signature("looked at " + request.selector());
    return grpc::Status::OK;
  };
  const FakeApiServer server(api_, sockets_.Address("s"));
  const auto client = Connect({server.address()});
  std::vector<DigestToSign> items{Item("told"), Item("s1"), Item("demanding"), Item("demanding")};
  for (DigestToSign& item : items) item.header_block = "from:a\r\ndkim-signature:b=";
  items[0].headers_required = true;
  items[3].header_block.clear();
  const auto results = client->SignDigests(items);
  EXPECT_EQ(results[0].value(), "looked at told");
  EXPECT_EQ(results[1].value(), "signature of s1");
  EXPECT_EQ(results[2].value(), "looked at demanding");
  EXPECT_EQ(results[3].error().reason, reason::kHeadersRequired);
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].items_size(), 3) << "its digest would be refused, and on record";
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].header_block(), items[0].header_block);
  EXPECT_EQ(blocks[0].domain(), "example.com");
  EXPECT_EQ(blocks[0].algorithm(), v1::ALGORITHM_ED25519_SHA256);
  EXPECT_EQ(blocks[0].note(), "queue id 7");
}

TEST_F(ClientTest, ACallHasANoteAndADeadlineOfItsOwn) {
  const auto client = Connect({sockets_.Address("s")}, std::chrono::minutes(10));
  EXPECT_EQ(client->SignDigest(Item("s1"), {milliseconds(50), "for uid 7"}).error().reason,
            reason::kServerAway)
      << "or it would last as long as the client may";
  const FakeApiServer server(api_, sockets_.Address("s"));
  EXPECT_EQ(Connect({server.address()})->SignDigest(Item("s1"), {milliseconds(10'000), "uid 7"}),
            "signature of s1");
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].items(0).note(), "uid 7");
  EXPECT_EQ(Connect({server.address()})
                ->SignDigest(Item("stale"), {milliseconds(10'000), ""})
                .error()
                .reason,
            reason::kSelectorNotActive);
}

TEST_F(ClientTest, ListsTheKeysOfOneDomain) {
  api_.list_signing_keys = [](const v1::ListSigningKeysRequest& request,
                              v1::ListSigningKeysResponse* response) {
    v1::SigningKey& key = *response->add_keys();
    key.set_domain(request.domain());
    key.set_sender("default");
    key.set_selector("s1");
    key.set_algorithm(v1::ALGORITHM_RSA_SHA256);
    key.set_public_key("SPKI");
    key.set_headers_required(true);
    return grpc::Status::OK;
  };
  const FakeApiServer server(api_, sockets_.Address("s"));
  const auto keys = Connect({server.address()})
                        ->ListSigningKeysOf(*Domain::Parse("example.com"), milliseconds(10'000));
  ASSERT_TRUE(keys) << keys.error().message;
  ASSERT_EQ(keys->keys.size(), 1U);
  EXPECT_EQ(keys->keys[0].domain.str(), "example.com");
  EXPECT_TRUE(keys->keys[0].headers_required);
  EXPECT_EQ(keys->keys[0].public_key, (PublicKey{Algorithm::kRsaSha256, "SPKI"}));
}

TEST_F(ClientTest, AcknowledgesAList) {
  std::uint64_t heard = 0;
  api_.acknowledge_keys = [&](const v1::AcknowledgeKeysRequest& request, auto* /*response*/) {
    heard = request.generation();
    return grpc::Status::OK;
  };
  const FakeApiServer server(api_, sockets_.Address("s"));
  EXPECT_TRUE(Connect({server.address()})->AcknowledgeKeys(7));
  EXPECT_EQ(heard, 7U);
}

TEST_F(ClientTest, AnItemFailsOnItsOwn) {
  const FakeApiServer server(api_, sockets_.Address("s"));
  const auto client = Connect({server.address()});
  const std::vector<DigestToSign> items{Item("s1"), Item("stale"), Item("s2")};
  const auto results = client->SignDigests(items);
  EXPECT_EQ(results[0].value(), "signature of s1");
  EXPECT_EQ(results[2].value(), "signature of s2");
  ASSERT_FALSE(results[1]);
  EXPECT_EQ(results[1].error().code, Code::kFailedPrecondition);
  EXPECT_EQ(results[1].error().reason, reason::kSelectorNotActive);
  EXPECT_EQ(results[1].error().current_selector, "fresh");
  EXPECT_EQ(requests_.size(), 1U);
}

TEST_F(ClientTest, OnlyTheItemWhoseTokenIsAwayGoesAgain) {
  flaky_ = 2;
  const FakeApiServer server(api_, sockets_.Address("s"));
  const auto client = Connect({server.address()});
  const std::vector<DigestToSign> items{Item("s1"), Item("flaky"), Item("s2")};
  const auto results = client->SignDigests(items);
  EXPECT_EQ(results[0].value(), "signature of s1");
  EXPECT_EQ(results[1].value(), "signature of flaky");
  EXPECT_EQ(results[2].value(), "signature of s2");
  ASSERT_EQ(requests_.size(), 3U);
  EXPECT_EQ(requests_[1].items_size(), 1);
  EXPECT_EQ(requests_[1].items(0).selector(), "flaky");
}

TEST_F(ClientTest, ManyDigestsGoInCallsOfSixtyFour) {
  const FakeApiServer server(api_, sockets_.Address("s"));
  const auto client = Connect({server.address()});
  std::vector<DigestToSign> items(64, Item("s1"));
  items.push_back(Item("last"));
  const auto results = client->SignDigests(items);
  ASSERT_EQ(results.size(), 65U);
  EXPECT_EQ(results[64].value(), "signature of last");
  ASSERT_EQ(requests_.size(), 2U);
  EXPECT_EQ(requests_[0].items_size(), 64);
}

TEST_F(ClientTest, NothingToSignNeedsNoServer) {
  EXPECT_TRUE(Connect({sockets_.Address("nobody")})->SignDigests({}).empty());
}

TEST_F(ClientTest, AnAnswerOfTheWrongLengthIsRefused) {
  api_.sign_digests = [](const auto& /*request*/, auto* /*response*/) { return grpc::Status::OK; };
  const FakeApiServer server(api_, sockets_.Address("s"));
  const std::vector<DigestToSign> items{Item("s1")};
  const auto results = Connect({server.address()})->SignDigests(items);
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().code, Code::kInternal);
}

TEST_F(ClientTest, TheNextAddressIsTakenWhenTheFirstIsAway) {
  const FakeApiServer server(api_, sockets_.Address("s"));
  const auto client = Connect({sockets_.Address("nobody"), server.address()});
  const std::vector<DigestToSign> items{Item("s1")};
  EXPECT_EQ(client->SignDigests(items)[0].value(), "signature of s1");
}

TEST_F(ClientTest, AServerThatComesBackInTimeIsFound) {
  const std::string address = sockets_.Address("s");
  int calls = 0;
  const auto sign = api_.sign_digests;
  api_.sign_digests = [&](const auto& request, auto* response) {
    if (++calls < 3) return FailedCall(grpc::StatusCode::UNAVAILABLE, "SHUTTING_DOWN", "restarts");
    return sign(request, response);
  };
  const FakeApiServer server(api_, address);
  const std::vector<DigestToSign> items{Item("s1")};
  EXPECT_EQ(Connect({address})->SignDigests(items)[0].value(), "signature of s1");
  EXPECT_EQ(calls, 3);
}

TEST_F(ClientTest, WithNobodyThereTheErrorNamesTheAddressAndWhatToCheck) {
  const std::string address = sockets_.Address("nobody");
  const auto keys = Connect({address}, milliseconds(50))->ListSigningKeys();
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().code, Code::kUnavailable);
  EXPECT_EQ(keys.error().reason, reason::kServerAway);
  EXPECT_THAT(keys.error().message, HasSubstr(address));
  EXPECT_THAT(keys.error().message, HasSubstr("check the path of the socket"));
}

TEST_F(ClientTest, AServerThatHangsEndsInTheDeadline) {
  std::mutex hang;
  api_.list_signing_keys = [&](const auto& /*request*/, auto* /*response*/) {
    const std::lock_guard wait(hang);
    return grpc::Status::OK;
  };
  const FakeApiServer server(api_, sockets_.Address("s"));
  const std::lock_guard hold(hang);
  const auto keys = Connect({server.address()}, milliseconds(50))->ListSigningKeys();
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().reason, reason::kDeadline);
  EXPECT_THAT(keys.error().message, HasSubstr(server.address() + " did not answer within"));
}

TEST_F(ClientTest, AHungServersShareGoesToTheNextOne) {
  std::mutex hang;
  FakeApi hung;
  hung.list_signing_keys = [&](const auto& /*request*/, auto* /*response*/) {
    const std::lock_guard wait(hang);
    return grpc::Status::OK;
  };
  api_.list_signing_keys = [](const auto& /*request*/, v1::ListSigningKeysResponse* response) {
    response->set_generation(5);
    return grpc::Status::OK;
  };
  const FakeApiServer first(hung, sockets_.Address("first"));
  const FakeApiServer second(api_, sockets_.Address("second"));
  const std::lock_guard hold(hang);
  const auto client = Connect({first.address(), second.address()}, milliseconds(2'000));
  EXPECT_EQ(client->ListSigningKeys().value().generation, 5U);
}

TEST_F(ClientTest, ABadOptionIsRefusedAtConnect) {
  const auto client = Client::Connect({});
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().reason, reason::kBadOption);
}

}  // namespace
}  // namespace dkimkeeper

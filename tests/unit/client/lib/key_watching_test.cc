// The watch over gRPC; what it does with lists and failures is key_watch_test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "dkimkeeper/client.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/unit/client/lib/socket_address.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;

v1::ListSigningKeysResponse List(std::uint64_t generation) {
  v1::ListSigningKeysResponse list;
  list.set_generation(generation);
  v1::SigningKey* key = list.add_keys();
  key->set_domain("example.com");
  key->set_sender("default");
  key->set_selector("s" + std::to_string(generation));
  key->set_algorithm(v1::ALGORITHM_RSA_SHA256);
  return list;
}

class KeyWatchingTest : public testing::Test {
 protected:
  KeyWatchingTest() {
    ClientOptions options;
    options.servers = {sockets_.Address("s")};
    options.deadline = std::chrono::milliseconds(10'000);
    client_ = *Client::Connect(options);
    server_.emplace(api_, sockets_.Address("s"));
  }

  // Blocks until the client has that list; fails with its error.
  void WaitForGeneration(std::uint64_t generation) {
    for (;;) {
      const auto keys = client_->WatchedSigningKeys();
      ASSERT_TRUE(keys) << keys.error().message;
      if ((*keys)->generation == generation) return;
      std::this_thread::yield();
    }
  }

  SocketDirectory sockets_;
  FakeApi api_;
  std::unique_ptr<Client> client_;
  std::optional<FakeApiServer> server_;
};

TEST_F(KeyWatchingTest, TheFirstCallWaitsForTheFirstList) {
  api_.feed.Publish(List(4));
  const auto keys = client_->WatchedSigningKeys();
  ASSERT_TRUE(keys);
  EXPECT_EQ((*keys)->generation, 4U);
  EXPECT_EQ((*keys)->keys[0].selector.str(), "s4");
}

TEST_F(KeyWatchingTest, AChangeArrivesByItself) {
  api_.feed.Publish(List(4));
  WaitForGeneration(4);
  api_.feed.Publish(List(5));
  WaitForGeneration(5);
  EXPECT_THAT(api_.feed.Resumed(), ElementsAre(0));
}

TEST_F(KeyWatchingTest, TheListStaysGoodWhileTheServerIsAwayAndTheWatchResumes) {
  api_.feed.Publish(List(4));
  WaitForGeneration(4);
  server_.reset();
  EXPECT_EQ((*client_->WatchedSigningKeys())->generation, 4U);
  api_.feed.Publish(List(6));
  server_.emplace(api_, sockets_.Address("s"));
  WaitForGeneration(6);
  EXPECT_THAT(api_.feed.Resumed(), ElementsAre(0, 4));
}

TEST_F(KeyWatchingTest, TheWatchEndsWithTheClient) {
  api_.feed.Publish(List(4));
  WaitForGeneration(4);
  client_.reset();
  api_.feed.WaitForEnded(1);
}

}  // namespace
}  // namespace dkimkeeper

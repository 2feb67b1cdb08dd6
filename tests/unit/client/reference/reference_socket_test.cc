// Client and server over a real socket.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "client/reference/agent_socket.h"
#include "client/reference/listen_for_programs.h"
#include "client/reference/reference_client.h"
#include "client/reference/reference_server.h"
#include "proto/reason.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/client/reference/sample_references.h"

namespace dkimkeeper {
namespace {

// Answers a digest with itself, so that answers cannot be confused, and keeps who asked.
class EchoDesk : public ReferenceDesk {
 public:
  Result<FoundKey> Find(const Peer& peer, const WantedKey& wanted,
                        std::chrono::milliseconds /*patience*/) override {
    Note(peer);
    if (wanted.domain.str() != "example.com") {
      return Fail(Code::kNotFound, reason::kKeyUnknown, "no such key");
    }
    return FoundKey{SampleReference(), Sender::Default(), SampleEd25519Key()};
  }

  Result<std::string> Sign(const Peer& peer, const DigestToSign& item,
                           std::chrono::milliseconds /*patience*/) override {
    Note(peer);
    if (gate_.valid()) gate_.wait();
    return item.digest.ToBytes();
  }

  void WaitFor(std::shared_future<void> gate) { gate_ = std::move(gate); }
  std::vector<Peer> peers() const {
    const std::lock_guard lock(mutex_);
    return peers_;
  }

 private:
  void Note(const Peer& peer) {
    const std::lock_guard lock(mutex_);
    peers_.push_back(peer);
  }

  std::shared_future<void> gate_;
  mutable std::mutex mutex_;
  std::vector<Peer> peers_;
};

SignCall Order(std::uint8_t number) {
  return {SampleReference(), Algorithm::kEd25519Sha256, Sha256Digest({number})};
}

class ReferenceSocket : public testing::Test {
 protected:
  void StartServer(ReferenceServerOptions options = {}) {
    auto listener = ListenForPrograms(path_);
    ASSERT_TRUE(listener) << listener.error().message;
    auto server = ReferenceServer::Start(*std::move(listener), desk_, options);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }

  bool Signs(ReferenceClient& client, std::uint8_t number) {
    const auto signature = client.Sign(Order(number));
    if (!signature) ADD_FAILURE() << signature.error().message;
    return signature == Order(number).digest.ToBytes();
  }

  TempDir folder_;
  std::string path_ = folder_.path() / "agent.sock";
  EchoDesk desk_;
  std::unique_ptr<ReferenceServer> server_;
  ReferenceClient client_{{.socket = path_}};
};

TEST_F(ReferenceSocket, AnswersFindAndSign) {
  StartServer();
  const auto key = client_.Find({"Example.com", SampleReference().selector()});
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(*key, (FoundKey{SampleReference(), Sender::Default(), SampleEd25519Key()}));
  EXPECT_TRUE(Signs(client_, 1));
  EXPECT_TRUE(Signs(client_, 2));
}

TEST_F(ReferenceSocket, PassesErrorsOn) {
  StartServer();
  const auto unknown = client_.Find({"example.net", Algorithm::kRsaSha256});
  EXPECT_EQ(unknown.error(), (Error{Code::kNotFound, "KEY_UNKNOWN", "no such key"}));
  const auto bad = client_.Find({"no domain", Algorithm::kRsaSha256});
  EXPECT_EQ(bad.error().reason, reason::kBadDomain);
}

TEST_F(ReferenceSocket, SaysWhoAsksByTheKernelsWord) {
  StartServer();
  ASSERT_TRUE(Signs(client_, 1));
  const Peer peer = desk_.peers().at(0);
  EXPECT_EQ(peer.uid, ::geteuid());
  EXPECT_EQ(peer.gid, ::getegid());
  EXPECT_EQ(peer.pid, ::getpid());
}

TEST_F(ReferenceSocket, IsForItsOwnerAndGroup) {
  StartServer();
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660U);
}

TEST_F(ReferenceSocket, ReplacesTheSocketOfADeadAgentOnly) {
  StartServer();
  EXPECT_EQ(ListenForPrograms(path_).error().reason, reason::kBadConfig) << "one lives";
  server_.reset();
  StartServer();
  EXPECT_TRUE(Signs(client_, 1));
  EXPECT_EQ(ListenForPrograms(folder_.path()).error().reason, reason::kBadConfig) << "a folder";
}

TEST_F(ReferenceSocket, SaysWhichSocketIsAway) {
  const auto signature = client_.Sign(Order(1));
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().reason, reason::kAgentAway);
  EXPECT_NE(signature.error().message.find(path_), std::string::npos);
}

TEST_F(ReferenceSocket, GoesOnWithAnAgentThatWasStartedAnew) {
  StartServer();
  ASSERT_TRUE(Signs(client_, 1));
  server_.reset();
  EXPECT_EQ(client_.Sign(Order(2)).error().reason, reason::kAgentAway);
  StartServer();
  EXPECT_TRUE(Signs(client_, 3));
  server_.reset();
  StartServer();
  EXPECT_TRUE(Signs(client_, 4)) << "the connection on the shelf is of the agent before";
}

TEST_F(ReferenceSocket, GivesUpOnAnAgentThatDoesNotAnswer) {
  const auto listener = ListenForPrograms(path_);
  ASSERT_TRUE(listener);
  ReferenceClient hasty{{.socket = path_, .limit = std::chrono::milliseconds(20)}};
  EXPECT_EQ(hasty.Sign(Order(1)).error().reason, reason::kDeadline);
}

TEST_F(ReferenceSocket, TakesNoAnswerThatIsNone) {
  const auto listener = ListenForPrograms(path_);
  ASSERT_TRUE(listener);
  const auto liar = [&listener](const std::string& answer) {
    Descriptor socket;
    while (!socket.IsOpen()) socket = Descriptor(::accept(listener->number(), nullptr, nullptr));
    std::string packet(10'000, '\0');
    (void)::recv(socket.number(), packet.data(), packet.size(), 0);
    (void)::send(socket.number(), answer.data(), answer.size(), 0);
  };
  for (const std::string& answer : {std::string("nonsense"), std::string(9'000, 'x')}) {
    std::thread agent(liar, answer);
    EXPECT_EQ(client_.Sign(Order(1)).error().reason, reason::kBadFrame);
    agent.join();
  }
}

TEST_F(ReferenceSocket, ServesThreadsAtOnce) {
  StartServer();
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (std::uint8_t thread = 0; thread < 12; ++thread) {
    threads.emplace_back([this, thread, &wrong] {
      for (std::uint8_t i = 0; i < 40; ++i) {
        const SignCall order{SampleReference(), Algorithm::kRsaSha256, Sha256Digest({thread, i})};
        if (client_.Sign(order) != order.digest.ToBytes()) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

// More programs than connections: the others wait until one closes.
TEST_F(ReferenceSocket, BoundsItsConnections) {
  StartServer({.connections = 2, .threads = 1});
  auto first = std::make_unique<ReferenceClient>(ReferenceClientOptions{.socket = path_});
  ReferenceClient second{{.socket = path_}};
  ASSERT_TRUE(Signs(*first, 1));
  ASSERT_TRUE(Signs(second, 2));
  ReferenceClient third{{.socket = path_, .limit = std::chrono::milliseconds(20)}};
  EXPECT_EQ(third.Sign(Order(3)).error().reason, reason::kDeadline);
  first.reset();
  EXPECT_TRUE(Signs(client_, 4));
}

TEST_F(ReferenceSocket, ClosesOnWhoTalksNonsenseAndGoesOn) {
  StartServer();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  const auto connection = ConnectToAgent(path_, deadline);
  ASSERT_TRUE(connection);
  EXPECT_TRUE(AskAgent(*connection, "nonsense", deadline)) << "answered with the fault";
  EXPECT_EQ(AskAgent(*connection, std::string(9'000, 'x'), deadline).error().reason,
            reason::kAgentAway);
  EXPECT_TRUE(Signs(client_, 1));
}

TEST_F(ReferenceSocket, FinishesItsCallsBeforeItEnds) {
  std::promise<void> gate;
  desk_.WaitFor(gate.get_future().share());
  StartServer();
  auto answer = std::async(std::launch::async, [this] { return Signs(client_, 1); });
  while (desk_.peers().empty()) std::this_thread::yield();
  auto end = std::async(std::launch::async, [this] { server_.reset(); });
  gate.set_value();
  end.get();
  EXPECT_TRUE(answer.get());
}

// What a child process finds: its parent's connection, which it must not talk on.
TEST_F(ReferenceSocket, GivesEveryProcessConnectionsOfItsOwn) {
  StartServer();
  ASSERT_TRUE(Signs(client_, 1));
  const pid_t child = ::fork();
  if (child == 0) ::_exit(client_.Sign(Order(2)) == Order(2).digest.ToBytes() ? 0 : 1);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(Signs(client_, 3));
  const auto peers = desk_.peers();
  ASSERT_EQ(peers.size(), 3U);
  EXPECT_EQ(peers[0].pid, ::getpid());
  EXPECT_EQ(peers[1].pid, child);
  EXPECT_EQ(peers[2].pid, ::getpid());
}

}  // namespace
}  // namespace dkimkeeper

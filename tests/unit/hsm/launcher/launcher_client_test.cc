#include "hsm/launcher/launcher_client.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <future>
#include <string>

namespace dkimkeeper::launcher {
namespace {

// The test is the launcher.
class LauncherClientTest : public testing::Test {
 protected:
  LauncherClientTest()
      : pair_(std::move(*LauncherLink::MakePair())), client_(std::move(pair_.second), 2) {}

  LinkRequest Asked() {
    const auto packet = pair_.first.Receive();
    EXPECT_TRUE(packet && *packet);
    return DecodeLinkRequest((*packet)->octets).value_or(Kill{});
  }
  void Say(const LinkEvent& event, int descriptor = -1) { SayRaw(EncodeEvent(event), descriptor); }
  void SayRaw(const std::string& octets, int descriptor = -1) {
    EXPECT_EQ(pair_.first.Send(octets, descriptor), LauncherLink::Sent::kDone);
  }

  std::future<Result<StartedWorker>> Starting(std::size_t token = 0) {
    return std::async(std::launch::async,
                      [this, token] { return client_.SourceOf(token).Start(); });
  }
  // A worker with this number; the answer is the other end of its socket.
  Descriptor Start(std::uint64_t worker) {
    auto starting = Starting();
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
    Say(Spawned{std::get<Spawn>(Asked()).request, worker}, ends[0]);
    (void)::close(ends[0]);
    const auto started = starting.get();
    EXPECT_TRUE(started);
    EXPECT_EQ(started->number, worker);
    started_.emplace_back(started->socket);
    return Descriptor(ends[1]);
  }

  std::pair<LauncherLink, LauncherLink> pair_;
  LauncherClient client_;
  std::vector<Descriptor> started_;
};

bool IsClosed(const Descriptor& other_end) {
  char octet = 0;
  return ::recv(other_end.number(), &octet, 1, 0) == 0;
}

TEST_F(LauncherClientTest, StartsAWorkerOfItsToken) {
  auto starting = Starting(1);
  const auto spawn = std::get<Spawn>(Asked());
  EXPECT_EQ(spawn.token, 1U);
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
  Say(Spawned{spawn.request, 8}, ends[0]);
  (void)::close(ends[0]);
  const Descriptor theirs(ends[1]);
  const auto started = starting.get();
  ASSERT_TRUE(started);
  EXPECT_EQ(started->number, 8U);
  const Descriptor ours(started->socket);
  ASSERT_EQ(::send(theirs.number(), "x", 1, 0), 1);
  char octet = 0;
  EXPECT_EQ(::recv(ours.number(), &octet, 1, 0), 1);
}

TEST_F(LauncherClientTest, ARefusalIsPassedOn) {
  auto starting = Starting();
  const Error refusal{Code::kUnavailable, "PIN_REFUSED", "it was refused"};
  Say(NotSpawned{std::get<Spawn>(Asked()).request, refusal});
  const auto started = starting.get();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error(), refusal);
}

TEST_F(LauncherClientTest, AnswersFindWhoAsked) {
  auto one = Starting(0);
  const auto first = std::get<Spawn>(Asked());
  auto other = Starting(1);
  const auto second = std::get<Spawn>(Asked());
  Say(NotSpawned{second.request, {Code::kUnavailable, "TOKEN_AWAY", "second"}});
  EXPECT_EQ(other.get().error().message, "second");
  Say(NotSpawned{first.request, {Code::kUnavailable, "TOKEN_AWAY", "first"}});
  EXPECT_EQ(one.get().error().message, "first");
}

TEST_F(LauncherClientTest, EndKillsAndWaitsForTheEnd) {
  const Descriptor socket = Start(3);
  auto ending = std::async(std::launch::async, [this] { return client_.SourceOf(0).End(3); });
  EXPECT_EQ(std::get<Kill>(Asked()).worker, 3U);
  const WorkerEnd end{.signal = SIGKILL, .exit_status = 0, .by_us = true};
  Say(Ended{3, end});
  EXPECT_EQ(ending.get(), end);
}

TEST_F(LauncherClientTest, AnEndBeforeItWasAskedForIsKept) {
  const Descriptor socket = Start(3);
  const WorkerEnd end{.signal = SIGSEGV};
  Say(Ended{3, end});
  EXPECT_EQ(client_.SourceOf(0).End(3), end);
}

TEST_F(LauncherClientTest, AllowLoginNamesItsToken) {
  client_.SourceOf(1).AllowLogin();
  EXPECT_EQ(std::get<AllowLogin>(Asked()).token, 1U);
}

TEST_F(LauncherClientTest, ALostLauncherEndsEveryWait) {
  const Descriptor socket = Start(3);
  auto starting = Starting();
  (void)Asked();
  auto ending = std::async(std::launch::async, [this] { return client_.SourceOf(0).End(3); });
  (void)Asked();
  pair_.first.Close();
  const auto started = starting.get();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().reason, "TOKEN_AWAY");
  EXPECT_EQ(ending.get(), WorkerEnd{.signal = SIGKILL});
  EXPECT_FALSE(client_.SourceOf(0).Start());
}

// What a start ended with: the reason, or that it did not fail.
std::string ReasonOf(const Result<StartedWorker>& started) {
  return started ? "started" : started.error().reason;
}

// What a hostile launcher may say: the link is lost, nothing else happens.
TEST_F(LauncherClientTest, WhatIsMalformedEndsTheLink) {
  auto starting = Starting();
  (void)Asked();
  SayRaw("garbage");
  EXPECT_EQ(ReasonOf(starting.get()), "TOKEN_AWAY");
  const auto packet = pair_.first.Receive();
  ASSERT_TRUE(packet);
  EXPECT_FALSE(*packet);
}

TEST_F(LauncherClientTest, AWorkerWithoutItsSocketEndsTheLink) {
  auto starting = Starting();
  Say(Spawned{std::get<Spawn>(Asked()).request, 1});
  EXPECT_EQ(ReasonOf(starting.get()), "TOKEN_AWAY");
}

TEST_F(LauncherClientTest, ADescriptorThatNobodyAskedForIsClosed) {
  auto starting = Starting();
  (void)Asked();
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
  Say(Ended{1, {}}, ends[0]);
  (void)::close(ends[0]);
  EXPECT_EQ(ReasonOf(starting.get()), "TOKEN_AWAY");
  EXPECT_TRUE(IsClosed(Descriptor(ends[1])));
}

TEST_F(LauncherClientTest, AnswersToNobodyAreLeftAlone) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
  Say(Spawned{77, 9}, ends[0]);
  (void)::close(ends[0]);
  Say(NotSpawned{78, {}});
  Say(Ended{79, {}});
  EXPECT_TRUE(IsClosed(Descriptor(ends[1])));
  const Descriptor socket = Start(1);
}

}  // namespace
}  // namespace dkimkeeper::launcher

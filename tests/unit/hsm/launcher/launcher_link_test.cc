#include "hsm/launcher/launcher_link.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "hsm/launcher/link_messages.h"

namespace dkimkeeper::launcher {
namespace {

std::pair<LauncherLink, LauncherLink> Pair() { return std::move(*LauncherLink::MakePair()); }

// The write end of a pipe whose read end shows when all write ends are closed.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    read = Descriptor(ends[0]);
    write = Descriptor(ends[1]);
  }
  bool AllWriteEndsClosed() {
    write.Close();
    char octet = 0;
    return ::read(read.number(), &octet, 1) == 0;
  }
  Descriptor read, write;
};

void SendRaw(int socket, const std::string& octets, const std::vector<int>& descriptors) {
  std::string copy = octets;
  iovec piece{.iov_base = copy.data(), .iov_len = copy.size()};
  std::vector<char> control(CMSG_SPACE(descriptors.size() * sizeof(int)));
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* part = CMSG_FIRSTHDR(&message);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
  std::memcpy(CMSG_DATA(part), descriptors.data(), descriptors.size() * sizeof(int));
  ASSERT_GE(::sendmsg(socket, &message, 0), 0);
}

TEST(LauncherLinkTest, PacketsArriveWholeAndInOrder) {
  const auto [one, other] = Pair();
  EXPECT_EQ(one.Send("first"), LauncherLink::Sent::kDone);
  EXPECT_EQ(one.Send("second"), LauncherLink::Sent::kDone);
  for (const char* expected : {"first", "second"}) {
    const auto packet = other.Receive();
    ASSERT_TRUE(packet && *packet);
    EXPECT_EQ((*packet)->octets, expected);
    EXPECT_FALSE((*packet)->descriptor.IsOpen());
  }
}

TEST(LauncherLinkTest, ADescriptorTravelsCloseOnExec) {
  const auto [one, other] = Pair();
  Pipe pipe;
  EXPECT_EQ(one.Send("x", pipe.write.number()), LauncherLink::Sent::kDone);
  pipe.write.Close();
  const auto packet = other.Receive();
  ASSERT_TRUE(packet && *packet);
  const int received = (*packet)->descriptor.number();
  EXPECT_EQ(::fcntl(received, F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(::write(received, "y", 1), 1);
  char octet = 0;
  EXPECT_EQ(::read(pipe.read.number(), &octet, 1), 1);
}

TEST(LauncherLinkTest, SeveralDescriptorsAreRefusedAndClosed) {
  for (const std::size_t count : {2U, 3U, 50U}) {
    const auto [one, other] = Pair();
    Pipe pipe;
    SendRaw(one.number(), "x", std::vector<int>(count, pipe.write.number()));
    const auto packet = other.Receive();
    ASSERT_FALSE(packet) << count;
    EXPECT_EQ(packet.error().reason, "BAD_FRAME");
    EXPECT_TRUE(pipe.AllWriteEndsClosed()) << count;
  }
}

TEST(LauncherLinkTest, APacketThatIsTooLongIsRefusedWithItsDescriptor) {
  const auto [one, other] = Pair();
  Pipe pipe;
  SendRaw(one.number(), std::string(kMaxLinkPacket + 1, 'x'), {pipe.write.number()});
  EXPECT_FALSE(other.Receive());
  EXPECT_TRUE(pipe.AllWriteEndsClosed());
}

TEST(LauncherLinkTest, AnEmptyPacketIsTheEndAndLeavesNoDescriptor) {
  const auto [one, other] = Pair();
  Pipe pipe;
  SendRaw(one.number(), "", {pipe.write.number()});
  const auto packet = other.Receive();
  ASSERT_TRUE(packet);
  EXPECT_FALSE(*packet);
  EXPECT_TRUE(pipe.AllWriteEndsClosed());
}

TEST(LauncherLinkTest, SendNeverWaitsForWhoDoesNotRead) {
  const auto [one, other] = Pair();
  auto sent = LauncherLink::Sent::kDone;
  int packets = 0;
  while ((sent = one.Send("x")) == LauncherLink::Sent::kDone) ASSERT_LT(++packets, 100'000);
  EXPECT_EQ(sent, LauncherLink::Sent::kFull);
}

TEST(LauncherLinkTest, TheEndOfTheOtherIsTheEnd) {
  auto [one, other] = Pair();
  other.Close();
  EXPECT_EQ(one.Send("x"), LauncherLink::Sent::kGone);
  const auto packet = one.Receive();
  ASSERT_TRUE(packet);
  EXPECT_FALSE(*packet);
}

}  // namespace
}  // namespace dkimkeeper::launcher

#include "server/audit/syslog_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "proto/descriptor.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {
namespace {

class SyslogSocketTest : public testing::Test {
 protected:
  // The host's log begins, or begins again.
  [[nodiscard]] Descriptor Listen() const {
    ::unlink(path_.c_str());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
    Descriptor listener(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
    EXPECT_EQ(::bind(listener.number(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    return listener;
  }
  static std::string Received(const Descriptor& listener) {
    std::array<char, 1024> text{};
    const auto size = ::recv(listener.number(), text.data(), text.size(), 0);
    return size < 0 ? std::string() : std::string(text.data(), static_cast<std::size_t>(size));
  }

  TempDir dir_;
  const std::string path_ = (dir_.path() / "log").string();
  SyslogSocket socket_{path_};
};

TEST_F(SyslogSocketTest, ALineArrivesAsOneMessage) {
  const Descriptor listener = Listen();
  EXPECT_TRUE(socket_.Send("event=sign"));
  EXPECT_EQ(Received(listener), "<86>dkimkeeper-audit: event=sign");
}

TEST_F(SyslogSocketTest, WithoutALogLinesAreLeftOut) { EXPECT_FALSE(socket_.Send("event=sign")); }

TEST_F(SyslogSocketTest, ALogThatWasRestartedIsFoundAgain) {
  Descriptor listener = Listen();
  EXPECT_TRUE(socket_.Send("a"));
  listener.Close();
  EXPECT_FALSE(socket_.Send("b"));
  listener = Listen();
  EXPECT_TRUE(socket_.Send("c"));
  EXPECT_EQ(Received(listener), "<86>dkimkeeper-audit: c");
}

TEST_F(SyslogSocketTest, ALogThatDoesNotReadBlocksNobody) {
  const Descriptor listener = Listen();
  int sent = 0;
  while (socket_.Send(std::string(500, 'x')) && sent < 100'000) ++sent;
  EXPECT_LT(sent, 100'000);
}

}  // namespace
}  // namespace dkimkeeper

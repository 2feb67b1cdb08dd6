#include "client/agent/service_notice.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>

#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {
namespace {

// A service manager that listens at `name`, as NOTIFY_SOCKET would say it.
class Manager {
 public:
  explicit Manager(std::string name) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size), 0);
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  ~Manager() { ::close(fd_); }

  std::string Heard() const {
    std::array<char, 64> datagram{};
    const ssize_t size = ::recv(fd_, datagram.data(), datagram.size(), MSG_DONTWAIT);
    return size < 0 ? "" : std::string(datagram.data(), static_cast<std::size_t>(size));
  }

 private:
  int fd_;
};

TEST(ServiceNoticeTest, IsHeardAtAPath) {
  const TempDir folder;
  const std::string name = folder.path() / "notify";
  const Manager manager(name);
  EXPECT_TRUE(NotifyServiceManager(name, "READY=1"));
  EXPECT_EQ(manager.Heard(), "READY=1");
}

TEST(ServiceNoticeTest, IsHeardAtAnAbstractName) {
  const std::string name = "@dkimkeeper-notice-" + std::to_string(::getpid());
  const Manager manager(name);
  EXPECT_TRUE(NotifyServiceManager(name, "STOPPING=1"));
  EXPECT_EQ(manager.Heard(), "STOPPING=1");
}

TEST(ServiceNoticeTest, NoManagerIsFineAndADeafOneIsSaid) {
  EXPECT_TRUE(NotifyServiceManager("", "READY=1"));
  EXPECT_FALSE(NotifyServiceManager("/nonexistent/notify", "READY=1"));
  EXPECT_FALSE(NotifyServiceManager("relative", "READY=1"));
  EXPECT_FALSE(NotifyServiceManager("/" + std::string(200, 'x'), "READY=1"));
}

}  // namespace
}  // namespace dkimkeeper

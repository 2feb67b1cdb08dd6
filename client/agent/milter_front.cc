#include "client/agent/milter_front.h"

#include <libmilter/mfapi.h>
#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <future>
#include <string>
#include <utility>

#include "client/agent/milter_callbacks.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::chrono::milliseconds kUntilNextWake{10};

std::pair<std::string, std::string> HostAndPort(const ListenAddress& address) {
  const std::string& text = address.str();
  const std::size_t colon = text.rfind(':');
  std::string host = text.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return {std::move(host), text.substr(colon + 1)};
}

// `unix:/path`, `inet:PORT@HOST`, `inet6:PORT@HOST`: as smfi_setconn takes them.
std::string ConnectionOf(const MilterAddress& address) {
  if (const auto* file = std::get_if<SocketFile>(&address)) return "unix:" + file->path;
  const auto [host, port] = HostAndPort(std::get<ListenAddress>(address));
  const char* family = host.find(':') == std::string::npos ? "inet:" : "inet6:";
  return family + port + "@" + host;
}

void ConnectAndLeave(int family, const sockaddr* to, socklen_t size) {
  const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  (void)!::connect(fd, to, size);
  ::close(fd);
}

// libmilter's listener looks for the order to stop every five seconds, and after each connection.
void Wake(const MilterAddress& address) {
  if (const auto* file = std::get_if<SocketFile>(&address)) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    file->path.copy(static_cast<char*>(to.sun_path), sizeof to.sun_path - 1);
    return ConnectAndLeave(AF_UNIX, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
  const auto [host, port] = HostAndPort(std::get<ListenAddress>(address));
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return;
  ConnectAndLeave(found->ai_family, found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
}

Outcome Open(const std::string& connection) {
  if (smfi_opensocket(0) == MI_SUCCESS) return {};
  return Fail(Code::kFailedPrecondition, reason::kBadConfig,
              "the milter cannot listen on " + connection +
                  "; choose a free address, or a path whose folder this user may write to");
}

}  // namespace

Result<std::unique_ptr<MilterFront>> MilterFront::Start(const MilterAddress& address,
                                                        const MilterSession::Parts& parts) {
  std::string connection = ConnectionOf(address);
  if (smfi_register(DescribeFilter(parts)) != MI_SUCCESS ||
      smfi_setconn(connection.data()) != MI_SUCCESS) {
    return Fail(Code::kInternal, reason::kInternal, "libmilter takes no filter on " + connection);
  }
  const auto open = [&] { return Open(connection); };
  const auto* file = std::get_if<SocketFile>(&address);
  if (const Outcome bound = file != nullptr ? BindSocketFile(*file, open) : open(); !bound) {
    return Forward(bound);
  }
  auto front = std::unique_ptr<MilterFront>(new MilterFront(address));
  front->listener_ = std::async(std::launch::async, [] {
    // libmilter's threads inherit this: signals are the main thread's.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    (void)smfi_main();
  });
  return front;
}

MilterFront::~MilterFront() { Stop(); }

void MilterFront::Stop() {
  if (!listener_.valid()) return;
  // It waits for the listener, which has to be woken once the order stands.
  auto stopped = std::async(std::launch::async, smfi_stop);
  do {
    Wake(address_);
  } while (listener_.wait_for(kUntilNextWake) != std::future_status::ready);
  stopped.wait();
  listener_ = {};
  AwaitSignatures();
  if (const auto* file = std::get_if<SocketFile>(&address_)) (void)::unlink(file->path.c_str());
}

}  // namespace dkimkeeper

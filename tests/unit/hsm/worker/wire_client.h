// The daemon's end of a worker's socket, as plainly as a test wants it.
#ifndef TESTS_UNIT_HSM_WORKER_WIRE_CLIENT_H_
#define TESTS_UNIT_HSM_WORKER_WIRE_CLIENT_H_

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "hsm/wire/codec.h"

namespace dkimkeeper {

// One end is ours, the other the worker's; each is closed here unless it was closed or given away.
// Throws std::runtime_error where the other side is not what a worker is.
class WireClient {
 public:
  WireClient() {
    int ends[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
      throw std::runtime_error("socketpair");
    }
    own_ = ends[0];
    worker_ = ends[1];
    // A worker that does not answer fails the test instead of holding it for ever.
    const timeval limit{.tv_sec = 60, .tv_usec = 0};
    setsockopt(own_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  WireClient(const WireClient&) = delete;
  WireClient& operator=(const WireClient&) = delete;
  ~WireClient() {
    Close();
    CloseWorkerEnd();
  }

  [[nodiscard]] int worker_end() const { return worker_; }
  void Close() { CloseOne(own_); }
  void CloseWorkerEnd() { CloseOne(worker_); }

  void SendPacket(std::string_view packet) const {
    if (send(own_, packet.data(), packet.size(), MSG_NOSIGNAL) < 0) {
      throw std::runtime_error("the worker's socket takes nothing");
    }
  }
  // Returns the request's number.
  std::uint64_t Send(wire::Call call, std::chrono::milliseconds within = std::chrono::minutes(1)) {
    const wire::Request request{++last_number_, std::chrono::steady_clock::now() + within,
                                std::move(call)};
    SendPacket(wire::Encode(request).value());
    return last_number_;
  }

  // Nothing at the end of file.
  [[nodiscard]] std::optional<wire::Response> Receive() const {
    std::string packet(wire::kMaxPacket, '\0');
    const ssize_t size = recv(own_, packet.data(), packet.size(), 0);
    if (size == 0) return std::nullopt;
    if (size < 0) throw std::runtime_error("the worker did not answer in a minute");
    packet.resize(static_cast<std::size_t>(size));
    return wire::DecodeResponse(packet).value();
  }
  // The one answer to `call`.
  [[nodiscard]] wire::Answer Ask(wire::Call call) {
    const std::uint64_t number = Send(std::move(call));
    std::optional<wire::Response> response = Receive();
    if (!response || response->number != number) throw std::runtime_error("no answer to the call");
    return std::move(response->answer);
  }

 private:
  static void CloseOne(int& descriptor) {
    if (descriptor >= 0) close(std::exchange(descriptor, -1));
  }

  int own_ = -1;
  int worker_ = -1;
  std::uint64_t last_number_ = 0;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_HSM_WORKER_WIRE_CLIENT_H_

// One end of the socket between the daemon and the launcher.
#ifndef HSM_LAUNCHER_LAUNCHER_LINK_H_
#define HSM_LAUNCHER_LAUNCHER_LINK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "proto/descriptor.h"
#include "proto/result.h"

namespace dkimkeeper::launcher {

// Packets, each with one descriptor or none. SOCK_SEQPACKET: a packet arrives whole or not at all.
// Any thread may send; one thread receives.
class LauncherLink {
 public:
  struct Packet {
    std::string octets;
    Descriptor descriptor;
  };
  enum class Sent : std::uint8_t {
    kDone,
    kFull,  // the other end does not read
    kGone,  // there is no other end
  };

  explicit LauncherLink(Descriptor socket) : socket_(std::move(socket)) {}

  // Two ends, both close-on-exec. INTERNAL: no socket is to be had.
  [[nodiscard]] static Result<std::pair<LauncherLink, LauncherLink>> MakePair();

  // Never waits. `descriptor`, where it is not -1, is duplicated for the other end.
  [[nodiscard]] Sent Send(std::string_view octets, int descriptor = -1) const;

  // Waits for a packet. Nothing: the other end is gone. INVALID_ARGUMENT/BAD_FRAME: a packet longer
  // than kMaxLinkPacket or with several descriptors, which are closed.
  [[nodiscard]] Result<std::optional<Packet>> Receive() const;

  // Ends Receive of both ends.
  void Shut() const;

  [[nodiscard]] int number() const { return socket_.number(); }
  void Close() { socket_.Close(); }

 private:
  Descriptor socket_;
};

}  // namespace dkimkeeper::launcher

#endif  // HSM_LAUNCHER_LAUNCHER_LINK_H_

// What the daemon and the launcher say to each other, as plain values, and as packets.
//
// Neither believes the other: the daemon parses what the network sends and may have been taken
// over, so that the launcher takes from it a token's place in the list and a worker's number,
// nothing else; programs, arguments, accounts and PIN files are the launcher's own.
#ifndef HSM_LAUNCHER_LINK_MESSAGES_H_
#define HSM_LAUNCHER_LINK_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "hsm/remote/worker_source.h"
#include "proto/result.h"

namespace dkimkeeper::launcher {

// The largest packet, in bytes.
inline constexpr std::size_t kMaxLinkPacket = std::size_t{8} * 1024;

// --- Daemon to launcher

struct Spawn {
  std::uint64_t request = 0;  // chosen by the daemon; the answer repeats it
  std::uint32_t token = 0;    // its place in the configuration, from 0
  friend bool operator==(const Spawn&, const Spawn&) = default;
};
// Answered by Ended. A worker that has ended is left alone.
struct Kill {
  std::uint64_t worker = 0;
  friend bool operator==(const Kill&, const Kill&) = default;
};
struct AllowLogin {
  std::uint32_t token = 0;
  friend bool operator==(const AllowLogin&, const AllowLogin&) = default;
};
using LinkRequest = std::variant<Spawn, Kill, AllowLogin>;

// --- Launcher to daemon

// Comes with one descriptor: the daemon's end of the worker's socket.
struct Spawned {
  std::uint64_t request = 0;
  std::uint64_t worker = 0;
  friend bool operator==(const Spawned&, const Spawned&) = default;
};
struct NotSpawned {
  std::uint64_t request = 0;
  Error error;
  friend bool operator==(const NotSpawned&, const NotSpawned&) = default;
};
// Once for each worker, whatever ended it.
struct Ended {
  std::uint64_t worker = 0;
  WorkerEnd end;
  friend bool operator==(const Ended&, const Ended&) = default;
};
using LinkEvent = std::variant<Spawned, NotSpawned, Ended>;

// Integers are big-endian; the packet begins with the protocol's version. Thread-safe, no state.
[[nodiscard]] std::string EncodeRequest(const LinkRequest& request);
[[nodiscard]] std::string EncodeEvent(const LinkEvent& event);

// INVALID_ARGUMENT/BAD_FRAME for anything but one well-formed message.
[[nodiscard]] Result<LinkRequest> DecodeLinkRequest(std::string_view packet);
[[nodiscard]] Result<LinkEvent> DecodeLinkEvent(std::string_view packet);

}  // namespace dkimkeeper::launcher

#endif  // HSM_LAUNCHER_LINK_MESSAGES_H_

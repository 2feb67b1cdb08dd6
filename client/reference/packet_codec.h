// Messages to packets and back. Every length is checked before it is believed; what does not decode
// to exactly one message is refused whole.
#ifndef CLIENT_REFERENCE_PACKET_CODEC_H_
#define CLIENT_REFERENCE_PACKET_CODEC_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "client/reference/packets.h"

namespace dkimkeeper {

// The largest packet, in bytes.
inline constexpr std::size_t kMaxReferencePacket = std::size_t{8} * 1024;

// The packet begins with the protocol's version; integers are big-endian, a string is its length in
// four bytes, then its bytes (proto/octets.h). Thread-safe, no state.
//
// INVALID_ARGUMENT/BAD_FRAME when a part is longer than its bound.
[[nodiscard]] Result<std::string> EncodeRequest(const ReferenceRequest& request);
[[nodiscard]] Result<std::string> EncodeAnswer(const ReferenceAnswer& answer);

// INVALID_ARGUMENT/BAD_FRAME for anything but one well-formed message. The text holds nothing of
// the packet.
[[nodiscard]] Result<ReferenceRequest> DecodeRequest(std::string_view packet);
[[nodiscard]] Result<ReferenceAnswer> DecodeAnswer(std::string_view packet);

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_PACKET_CODEC_H_

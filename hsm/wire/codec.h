// Messages to packets and back. Every length is checked before it is believed; what does not decode
// to exactly one message is refused whole.
#ifndef HSM_WIRE_CODEC_H_
#define HSM_WIRE_CODEC_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "hsm/wire/messages.h"

namespace dkimkeeper::wire {

// The largest packet, in bytes: under what SO_SNDBUF takes by default.
inline constexpr std::size_t kMaxPacket = std::size_t{64} * 1024;
// The longest note that is signed, in bytes.
inline constexpr std::size_t kMaxNote = std::size_t{16} * 1024;
// How much of an answer to FindKeysCall is put into one part: below kMaxPacket by a key's size.
inline constexpr std::size_t kPartSize = std::size_t{32} * 1024;

// Integers are big-endian; a string is its length in four bytes, then its bytes. The packet begins
// with the protocol's version. Thread-safe, no state.
//
// INVALID_ARGUMENT/BAD_FRAME when a part is longer than its bound: a caller's bug, or a note.
[[nodiscard]] Result<std::string> Encode(const Request& request);
[[nodiscard]] Result<std::string> Encode(const Response& response);

// INVALID_ARGUMENT/BAD_FRAME for anything but one well-formed message. The text names the field and
// holds nothing of the packet.
[[nodiscard]] Result<Request> DecodeRequest(std::string_view packet);
[[nodiscard]] Result<Response> DecodeResponse(std::string_view packet);

// About how many bytes a key takes in a KeysPart.
[[nodiscard]] std::size_t EncodedSize(const TokenKey& key);

}  // namespace dkimkeeper::wire

#endif  // HSM_WIRE_CODEC_H_

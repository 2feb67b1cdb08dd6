// Any packet is one answer, which encodes to an equal packet, or is refused with a reason.
#include "hsm/wire/codec.h"
#include "proto/reason.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto response = wire::DecodeResponse(FuzzText(data, size));
  if (!response) {
    FuzzCheck(response.error().reason == reason::kBadFrame, "a refusal is a bad frame");
    return 0;
  }
  const auto packet = wire::Encode(*response);
  FuzzCheck(packet.has_value() || size > wire::kMaxPacket, "what was read can be written");
  if (!packet) return 0;
  const auto again = wire::DecodeResponse(*packet);
  FuzzCheck(again && wire::Encode(*again) == packet, "decode, encode, decode");
  return 0;
}

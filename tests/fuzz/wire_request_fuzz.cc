// Any packet is one request, which encodes to an equal packet, or is refused with a reason.
#include "hsm/wire/codec.h"
#include "proto/reason.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto request = wire::DecodeRequest(FuzzText(data, size));
  if (!request) {
    FuzzCheck(request.error().reason == reason::kBadFrame, "a refusal is a bad frame");
    return 0;
  }
  FuzzCheck(request->number != 0, "a request has a number");
  const auto packet = wire::Encode(*request);
  FuzzCheck(packet.has_value() || size > wire::kMaxPacket, "what was read can be written");
  if (!packet) return 0;
  const auto again = wire::DecodeRequest(*packet);
  FuzzCheck(again && wire::Encode(*again) == packet, "decode, encode, decode");
  return 0;
}

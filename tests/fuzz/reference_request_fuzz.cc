// Any packet is one request, which encodes to the same packet, or is refused with a reason.
#include "client/reference/packet_codec.h"
#include "proto/reason.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto request = DecodeRequest(FuzzText(data, size));
  if (!request) {
    FuzzCheck(request.error().reason == reason::kBadFrame, "a refusal is a bad frame");
    return 0;
  }
  FuzzCheck(EncodeRequest(*request) == std::string(FuzzText(data, size)), "a request has one form");
  FuzzCheck(size <= kMaxReferencePacket, "a request has a longest form");
  return 0;
}

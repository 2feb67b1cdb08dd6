// Any packet is one answer, which encodes to the same packet, or is refused with a reason.
#include "client/reference/packet_codec.h"
#include "proto/reason.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto answer = DecodeAnswer(FuzzText(data, size));
  if (!answer) {
    FuzzCheck(answer.error().reason == reason::kBadFrame, "a refusal is a bad frame");
    return 0;
  }
  FuzzCheck(EncodeAnswer(*answer) == std::string(FuzzText(data, size)), "an answer has one form");
  FuzzCheck(size <= kMaxReferencePacket, "an answer has a longest form");
  return 0;
}

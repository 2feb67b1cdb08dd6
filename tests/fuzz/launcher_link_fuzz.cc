// Any packet between daemon and launcher is refused, or is the one way to write what it says.
#include <string>

#include "hsm/launcher/link_messages.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  using namespace dkimkeeper::launcher;
  const std::string packet(FuzzText(data, size));
  if (const auto request = DecodeLinkRequest(packet)) {
    FuzzCheck(EncodeRequest(*request) == packet, "a request is written as it was read");
  }
  if (const auto event = DecodeLinkEvent(packet)) {
    FuzzCheck(EncodeEvent(*event) == packet, "an event is written as it was read");
    FuzzCheck(packet.size() <= kMaxLinkPacket, "an event fits");
  }
  return 0;
}

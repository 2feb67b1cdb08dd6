// Any text is the list that it is written as again, or refused.
#include "client/agent/key_list_text.h"

#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto text = FuzzText(data, size);
  const auto keys = ParseKeyList(text);
  if (keys) FuzzCheck(RenderKeyList(*keys) == text, "there and back");
  return 0;
}

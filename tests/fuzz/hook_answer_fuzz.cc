// Any text is an answer of a hook with one printable line, or is refused in words.
#include <algorithm>

#include "server/dns/hook_contract.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto answer = ParseHookAnswer(FuzzText(data, size));
  if (!answer) {
    FuzzCheck(!answer.error().message.empty(), "a refusal says why");
    return 0;
  }
  FuzzCheck(answer->message.size() <= 1000, "a message is short");
  FuzzCheck(std::ranges::none_of(answer->message,
                                 [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
            "no control character");
  return 0;
}

// A selector that parses keeps its octets, but for their letter case.
#include "proto/dkim/selector.h"

#include "proto/dkim/ascii.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto text = FuzzText(data, size);
  const auto selector = Selector::Parse(text, Underscore::kAllowed);
  if (!selector) return 0;
  FuzzCheck(selector->str() == ToAsciiLower(text), "nothing is added or dropped");
  FuzzCheck(Selector::Parse(selector->str(), Underscore::kAllowed) == selector, "it reads back");
  FuzzCheck(Selector::Parse(text).has_value() != selector->HasUnderscore(), "no hidden underscore");
  return 0;
}

// A row of a dump that reads prints again as it was.
#include "server/store/dump_line.h"

#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto text = FuzzText(data, size);
  const auto cells = ParseRow(text);
  if (cells) FuzzCheck(PrintRow(*cells) == text, "it prints as it was");
  const Cells raw{std::string(text), std::nullopt};
  FuzzCheck(ParseRow(PrintRow(raw)) == raw, "any cell reads back");
  return 0;
}

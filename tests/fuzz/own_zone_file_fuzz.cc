// What is read as a zone file of ours is written and read back as the same.
#include "server/dns/own_zone_file.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto file = ParseOwnZoneFile(FuzzText(data, size));
  if (!file) {
    FuzzCheck(!file.error().message.empty(), "a refusal says why");
    return 0;
  }
  const auto text = RenderOwnZoneFile(*file, file->serial ? "{serial}" : "");
  FuzzCheck(text.has_value(), "it can be written");
  FuzzCheck(ParseOwnZoneFile(*text) == file, "and read back");
  return 0;
}

// A key record that parses renders to one that parses to the same, in strings that join to it.
#include "proto/dkim/key_record.h"

#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto record = ParseKeyRecord(FuzzText(data, size));
  if (!record) return 0;
  const std::string value = RenderKeyRecord(*record);
  FuzzCheck(ParseKeyRecord(value) == record, "parse, render, parse");
  std::string joined;
  for (const std::string& part : SplitCharacterStrings(value)) joined += part;
  FuzzCheck(joined == value, "the strings join to the value");
  return 0;
}

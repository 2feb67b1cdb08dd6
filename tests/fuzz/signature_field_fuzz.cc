// A DKIM-Signature field that parses prints to one that parses to the same.
#include "proto/dkim/signature_field.h"

#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto field = ParseSignatureField(FuzzText(data, size));
  if (!field) return 0;
  std::string value;
  for (const Tag& tag : SignatureTags(*field)) value += tag.name + "=" + tag.value + ";\r\n ";
  FuzzCheck(ParseSignatureField(value) == field, "parse, print folded, parse");
  return 0;
}

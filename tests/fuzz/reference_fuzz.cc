// Any text is a reference, as a URI, as a body, as a file, which is written and read again as the
// same one, or is refused with a reason.
#include "client/reference/reference_file.h"
#include "proto/reason.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const std::string_view text = FuzzText(data, size);
  if (const auto reference = Reference::Parse(text)) {
    FuzzCheck(Reference::Parse(reference->Uri()) == reference, "parse, print, parse");
  }
  if (const auto body = DecodeReferenceBody(text)) {
    FuzzCheck(EncodeReferenceBody(*body) == std::string(text), "a body has one form");
    const auto file = WriteReferenceFile(*body);
    FuzzCheck(file && ReadReferenceFile(*file) == body, "a body is a file");
  }
  const auto file = ReadReferenceFile(text);
  FuzzCheck(file || file.error().reason == reason::kBadReference, "a refusal says so");
  return 0;
}

// A header that parses, written out again, is the very octets that were read.
#include <string>

#include "client/dkim/header_parser.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const std::string_view message = FuzzText(data, size);
  HeaderBlock block(4096);
  HeaderParser parser(BareNewline::kRefuse, block);
  const auto rest = parser.Append(message);
  const bool complete = parser.complete();
  if (!rest || !parser.Finish()) return 0;

  std::string written;
  for (const HeaderField& field : block.fields()) {
    FuzzCheck(IsFieldName(field.name()), "a stored field has a name");
    written += field.text() + "\r\n";
  }
  FuzzCheck(written.size() <= 4096, "the bound holds");
  if (complete) written += "\r\n" + std::string(*rest);
  // Without an empty line, the last line may lack its CRLF.
  const bool same = written == message || (!complete && written == std::string(message) + "\r\n");
  FuzzCheck(same, "parse, write: the same octets");
  return 0;
}

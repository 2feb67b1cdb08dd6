// A domain that parses is a host name, and reads back as itself in either form.
#include "proto/dkim/domain.h"

#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto domain = Domain::Parse(FuzzText(data, size));
  if (!domain) return 0;
  const bool host_name = domain->str().find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string::npos;
  FuzzCheck(host_name && domain->str().size() <= 253, "a host name of at most 253 octets");
  FuzzCheck(Domain::Parse(domain->str()) == domain, "str() parses to the same domain");
  FuzzCheck(Domain::Parse(domain->ToUnicode()) == domain, "ToUnicode() parses to the same domain");
  return 0;
}

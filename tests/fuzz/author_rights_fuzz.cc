// Any text is a map of authors or a list of problems, each on a line of its own; nobody who stands
// in no line gets more than the own domain.
#include "client/agent/author_rights.h"

#include <sstream>

#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const std::string text(FuzzText(data, size));
  const auto rights = AuthorRights::Parse(text, "file");
  if (rights) {
    const std::string stranger = "a stranger@example.com";  // no identity of a map has a space
    FuzzCheck(rights->MayUse(stranger, Domain::Parse("example.com").value()), "the own domain");
    FuzzCheck(!rights->MayUse(stranger, Domain::Parse("example.org").value()), "no other");
    return 0;
  }
  std::istringstream lines(rights.error().message);
  for (std::string line; std::getline(lines, line);)
    FuzzCheck(line.starts_with("file:"), "a line each");
  return 0;
}

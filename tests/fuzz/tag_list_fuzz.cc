// A tag list that parses prints to one that parses to the same tags.
#include "proto/dkim/tag_list.h"

#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto tags = TagList::Parse(FuzzText(data, size));
  if (!tags) return 0;
  FuzzCheck(!tags->tags().empty(), "a list has a tag");
  FuzzCheck(TagList::Parse(tags->ToString()) == tags, "parse, print, parse");
  return 0;
}

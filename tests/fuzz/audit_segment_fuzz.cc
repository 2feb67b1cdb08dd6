// Of any file a reader comes to an end, its records follow each other, and what it takes for whole
// is what a writer would have written.
#include <sstream>

#include "proto/audit/segment_reader.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const std::string_view file = FuzzText(data, size);
  std::istringstream in{std::string(file)};
  SegmentReader reader(in);
  const auto header = reader.ReadHeader();
  if (!std::holds_alternative<SegmentHeader>(header)) return 0;
  FuzzCheck(file.starts_with(EncodeSegmentHeader(std::get<SegmentHeader>(header))), "the header");
  for (;;) {
    const std::uint64_t expected = reader.sequence();
    const auto next = reader.Next();
    FuzzCheck(reader.offset() <= size, "within the file");
    if (std::holds_alternative<SegmentEnd>(next)) return 0;
    if (const auto* damage = std::get_if<Damage>(&next)) {
      FuzzCheck(damage->offset <= size && !damage->what.empty(), "where and what");
      if (damage->kind == DamageKind::kLength) return 0;
      continue;
    }
    const auto& record = std::get<SegmentRecord>(next);
    FuzzCheck(record.record.sequence == expected, "in order");
    FuzzCheck(record.offset < reader.offset(), "each has its place");
  }
}

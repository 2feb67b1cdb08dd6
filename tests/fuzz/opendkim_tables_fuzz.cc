// Of any text each entry of both tables is understood or reported, never both and never neither,
// and what is reported of a KeyTable shows nothing of a value.
#include <set>
#include <string>

#include "client/opendkim/key_table.h"
#include "client/opendkim/signing_table.h"
#include "tests/fuzz/fuzz_check.h"

namespace {

template <typename Table>
void CheckWhole(const Table& table, std::size_t entries, const char* property) {
  std::set<unsigned> lines;
  for (const auto& each : table.entries)
    dkimkeeper::FuzzCheck(lines.insert(each.line).second, property);
  for (const auto& each : table.problems)
    dkimkeeper::FuzzCheck(lines.insert(each.line).second, property);
  dkimkeeper::FuzzCheck(lines.size() == entries, property);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  for (const DataSetKind kind : {DataSetKind::kFile, DataSetKind::kPatterns, DataSetKind::kList}) {
    const auto entries = ReadDataSet(kind, FuzzText(data, size));
    CheckWhole(ReadKeyTable(entries), entries.size(), "every line of a KeyTable is told of");
    const SigningTable signing = ReadSigningTable(kind, entries);
    CheckWhole(signing, entries.size(), "every line of a SigningTable is told of");
    for (const SigningTableEntry& each : signing.entries) {
      FuzzCheck(each.authors.Covers(each.authors), "a pattern covers itself");
      FuzzCheck(!each.key_name.empty(), "an entry names a key");
    }
  }
  return 0;
}

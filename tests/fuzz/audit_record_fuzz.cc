// Any octets are a record that is written and read back as it was, or are refused.
#include "proto/audit/record.h"
#include "proto/reason.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto record = DecodeRecord(FuzzText(data, size));
  if (!record) {
    FuzzCheck(record.error().reason == reason::kBadFrame, "a refusal is a bad frame");
    return 0;
  }
  const std::string octets = EncodeRecord(*record);
  FuzzCheck(octets.size() <= kLongestAuditRecord, "a record fits");
  const auto again = DecodeRecord(octets);
  FuzzCheck(again && EncodeRecord(*again) == octets, "encode, decode, encode");
  return 0;
}

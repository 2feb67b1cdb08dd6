#include "tests/property/record_meaning.h"

#include <unordered_map>

#include "proto/dkim/key_record.h"

namespace dkimkeeper::sim {
namespace {

// Each is parsed once: histories look at the same few records again and again.
const Result<KeyRecord>& Parsed(const std::string& value) {
  static std::unordered_map<std::string, Result<KeyRecord>> memory;
  if (memory.size() > 10'000) memory.clear();
  const auto found = memory.find(value);
  if (found != memory.end()) return found->second;
  return memory.emplace(value, ParseKeyRecord(value)).first->second;
}

}  // namespace

std::optional<PublicKey> KeyIn(const Records& records) {
  if (records.txt.size() != 1) return std::nullopt;
  const Result<KeyRecord>& record = Parsed(records.txt.front());
  return record ? record->public_key : std::nullopt;
}

RecordFinding FindingOf(const Records& records, RecordWish wish, const PublicKey& key) {
  if (records.txt.empty()) {
    return wish == RecordWish::kAbsent ? RecordFinding::kAsWished : RecordFinding::kMissing;
  }
  if (records.txt.size() > 1) return RecordFinding::kSeveral;
  const Result<KeyRecord>& record = Parsed(records.txt.front());
  if (!record) return RecordFinding::kMalformed;
  if (!record->public_key) {
    return wish == RecordWish::kRevoked ? RecordFinding::kAsWished : RecordFinding::kRevoked;
  }
  if (record->public_key != key) return RecordFinding::kOtherKey;
  return wish == RecordWish::kKey ? RecordFinding::kAsWished : RecordFinding::kPresent;
}

}  // namespace dkimkeeper::sim

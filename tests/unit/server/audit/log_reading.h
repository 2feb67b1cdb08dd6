// What stands in a folder of segments, for tests.
#ifndef TESTS_UNIT_SERVER_AUDIT_LOG_READING_H_
#define TESTS_UNIT_SERVER_AUDIT_LOG_READING_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include "proto/audit/segment_reader.h"
#include "server/audit/log_recovery.h"

namespace dkimkeeper {

// Every record of every segment, in order; whatever else there is fails the test.
inline std::vector<AuditRecord> RecordsIn(const std::filesystem::path& folder) {
  std::vector<AuditRecord> records;
  const auto segments = FirstSequences(folder).value();
  for (const std::uint64_t first : segments) {
    std::ifstream file(folder / SegmentFileName(first), std::ios::binary);
    SegmentReader reader(file);
    EXPECT_TRUE(std::holds_alternative<SegmentHeader>(reader.ReadHeader()));
    while (true) {
      auto next = reader.Next();
      if (auto* record = std::get_if<SegmentRecord>(&next)) {
        records.push_back(std::move(record->record));
        continue;
      }
      EXPECT_TRUE(std::holds_alternative<SegmentEnd>(next)) << std::get<Damage>(next).what;
      break;
    }
  }
  return records;
}

// "act" or, of signatures, what the caller claimed; "act: detail" where there is one.
inline std::vector<std::string> Said(const std::vector<AuditRecord>& records) {
  std::vector<std::string> said;
  for (const AuditRecord& record : records) {
    said.push_back(record.act == "sign"    ? record.claimed
                   : record.detail.empty() ? record.act
                                           : record.act + ": " + record.detail);
  }
  return said;
}

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_AUDIT_LOG_READING_H_

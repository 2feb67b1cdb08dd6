// A healthy log of three segments to judge, and to spoil.
#ifndef TESTS_UNIT_CLIENT_AUDIT_AUDIT_LOG_FIXTURE_H_
#define TESTS_UNIT_CLIENT_AUDIT_AUDIT_LOG_FIXTURE_H_

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "client/audit/verification.h"
#include "proto/audit/segment.h"
#include "proto/audit/segment_reader.h"
#include "tests/fakes/sample_audit_log.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {

// Records 0 to 9, 10 to 19 and 20 to 27; checkpoints of 0, 5, 10, 14, 20 and 26.
class AuditLogFixture : public testing::Test {
 protected:
  static void Fill(SampleAuditLog& log) {
    log.AppendCheckpoint();
    for (const unsigned count : {5U, 5U}) {
      log.AppendSignatures(count);
      log.AppendCheckpoint();
    }
    log.StartSegment();
    log.AppendSignatures(4);
    log.AppendCheckpoint();
    log.AppendSignatures(6);
    log.AppendCheckpoint();
    log.StartSegment();
    log.AppendSignatures(6);
    log.AppendCheckpoint();
    log.AppendSignatures(2);
  }

  AuditLogFixture() : log_(directory_.path() / "log") { Fill(log_); }

  [[nodiscard]] const std::filesystem::path& folder() const { return log_.folder(); }
  [[nodiscard]] std::filesystem::path Segment(std::uint64_t first) const {
    return folder() / SegmentFileName(first);
  }

  [[nodiscard]] static std::string Read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  static void Write(const std::filesystem::path& path, const std::string& octets) {
    std::ofstream(path, std::ios::binary) << octets;
  }

  // Where each frame of a segment begins, and where the last one ends.
  [[nodiscard]] static std::vector<std::size_t> FramesOf(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    SegmentReader reader(file);
    (void)reader.ReadHeader();
    std::vector<std::size_t> offsets{static_cast<std::size_t>(reader.offset())};
    while (std::holds_alternative<SegmentRecord>(reader.Next()))
      offsets.push_back(static_cast<std::size_t>(reader.offset()));
    return offsets;
  }

  [[nodiscard]] Verification Verify(const VerificationOptions& options = {}) const {
    const auto result = VerifyLog(folder(), options);
    EXPECT_THAT(result, IsOk());
    return result.value_or(Verification{});
  }

  // "FILE: WHAT" of each.
  [[nodiscard]] static std::vector<std::string> Told(const Verification& verification) {
    std::vector<std::string> told;
    for (const LogFinding& each : verification.findings)
      told.push_back(each.file + ": " + each.what);
    return told;
  }

  TempDir directory_;
  SampleAuditLog log_;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_CLIENT_AUDIT_AUDIT_LOG_FIXTURE_H_

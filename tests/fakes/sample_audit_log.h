// An audit log on disk as a daemon writes it, of whatever records a test wants.
#ifndef TESTS_FAKES_SAMPLE_AUDIT_LOG_H_
#define TESTS_FAKES_SAMPLE_AUDIT_LOG_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "proto/audit/checkpoint.h"
#include "proto/audit/compact_range.h"
#include "proto/audit/record.h"
#include "proto/audit/signed_note.h"

namespace dkimkeeper {

// Writes at once. Not thread-safe. Aborts where a file cannot be written.
class SampleAuditLog {
 public:
  // Makes the folder, the first segment and `audit.vkey`. Two logs of one origin and `seed` have
  // the same key.
  explicit SampleAuditLog(std::filesystem::path folder,
                          std::string origin = "keeper.example/audit/mx1", char seed = 'k');

  // Its sequence becomes the next one.
  void Append(AuditRecord record);
  // So many signatures, one a second, of mx0, mx1 and mx2 in turn, the digest of each the SHA-256
  // of "message N".
  void AppendSignatures(unsigned count);
  void StartSegment();
  // Appends to `checkpoints`.
  void AppendCheckpoint();

  // Of what is written now.
  [[nodiscard]] SignedNote SignCheckpoint() const;
  // By the log's key, whatever it says.
  [[nodiscard]] SignedNote Sign(const Checkpoint& checkpoint) const;
  [[nodiscard]] const VerifierKey& key() const { return key_; }
  [[nodiscard]] std::uint64_t size() const { return tree_.size(); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  // 2025-07-08 18:40:00 UTC, when AppendSignatures begins.
  static constexpr std::int64_t kBegin = 1'752'000'000;

 private:
  void Write(const std::string& name, std::string_view octets) const;

  std::filesystem::path folder_;
  std::string origin_;
  std::string seed_;
  VerifierKey key_;
  CompactRange tree_;
  std::string segment_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_SAMPLE_AUDIT_LOG_H_

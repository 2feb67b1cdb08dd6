// Has the audit log's tree signed, and keeps what was signed where it is looked for.
#ifndef SERVER_AUDIT_AUDIT_NOTARY_H_
#define SERVER_AUDIT_AUDIT_NOTARY_H_

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "proto/base/clock.h"
#include "server/audit/audit_key.h"
#include "server/audit/audit_writer.h"
#include "server/audit/checkpoint_file.h"
#include "server/base/alarms.h"
#include "server/base/metrics.h"
#include "server/store/key_store.h"

namespace dkimkeeper {

// What of an audit log is signed. A value.
struct NotaryState {
  std::uint64_t size = 0;  // records in the last checkpoint; 0: there is none since the start
  std::optional<Timestamp> at;
  std::string note;     // it, signed
  std::string problem;  // why there is no newer one; empty where there could be
};

// Thread-safe.
class AuditNotary {
 public:
  struct Parts {
    AuditWriter& log;
    const Tokens& tokens;
    KeyStore& store;
    AlarmBoard& alarms;
    Metrics& metrics;
    const Clock& clock;
  };
  struct Options {
    std::filesystem::path folder;
    std::string origin;
    std::string token;  // as AuditKey takes it
  };
  // All must outlive this.
  AuditNotary(const Parts& parts, Options options);

  // Where records came since the last one. A signature that does not verify is not used. Blocks on
  // the token, the disk and the store. Why there is none is in State; where there was one before
  // also the alarm `audit.unsigned`.
  void Checkpoint();

  [[nodiscard]] NotaryState State() const;

 private:
  [[nodiscard]] Outcome SignTree(const CompactRange& tree);
  [[nodiscard]] Outcome Keep(std::uint64_t size, const SignedNote& note);
  void NoteNewKey(const VerifierKey& key);

  const Parts parts_;
  const Options options_;
  std::mutex signing_;  // one checkpoint at a time
  AuditKey key_;        // guarded by signing_, as are these
  CheckpointFile file_;
  std::uint64_t signed_size_ = 0;
  bool ever_signed_;
  mutable std::mutex mutex_;
  NotaryState state_;  // guarded by mutex_
};

// The newest checkpoints of the log that are known before it is opened: the folder's own, and the
// store's. Errors of the store.
[[nodiscard]] Result<std::vector<Checkpoint>> KnownCheckpoints(const std::filesystem::path& folder,
                                                               KeyStore& store,
                                                               const std::string& origin);

}  // namespace dkimkeeper

#endif  // SERVER_AUDIT_AUDIT_NOTARY_H_

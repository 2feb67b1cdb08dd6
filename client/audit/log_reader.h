// The records of one audit log, or of several, one after the other.
#ifndef CLIENT_AUDIT_LOG_READER_H_
#define CLIENT_AUDIT_LOG_READER_H_

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/audit/log_folder.h"
#include "proto/audit/record.h"
#include "proto/audit/segment_reader.h"
#include "proto/result.h"

namespace dkimkeeper {

// A record and where it was found.
struct LoggedRecord {
  AuditRecord record;
  std::string origin;  // the log's name
};

// Reads on over damage as far as it goes, and remembers it: what verifies is verification.h. Not
// thread-safe.
class LogReader {
 public:
  // INVALID_ARGUMENT/BAD_OPTION: the folder cannot be read, or has no segment.
  [[nodiscard]] static Result<std::unique_ptr<LogReader>> Open(std::filesystem::path folder);

  // Nothing at the end; later there may be more. INVALID_ARGUMENT/BAD_OPTION: the folder cannot be
  // read any more.
  [[nodiscard]] Result<std::optional<LoggedRecord>> Next();

  // One sentence for each damage that was met since the last call.
  [[nodiscard]] std::vector<std::string> TakeProblems();

 private:
  explicit LogReader(std::filesystem::path folder) : folder_(std::move(folder)) {}
  [[nodiscard]] Result<std::optional<SegmentFile>> FindNext() const;
  void Begin(SegmentFile segment);
  [[nodiscard]] bool ReadHeader();
  // Of this segment; nothing at its end.
  [[nodiscard]] std::optional<LoggedRecord> NextHere();
  void Report(const Damage& damage);

  std::filesystem::path folder_;
  std::optional<SegmentFile> segment_;
  std::ifstream file_;
  std::optional<SegmentReader> reader_;  // nothing: the header is not whole yet, or damaged
  bool unreadable_ = false;              // what is left of this segment
  bool torn_ = false;                    // where it ends now
  std::string origin_;
  std::vector<std::string> problems_;
};

// Several logs as one, by time. Records of one log keep their order. Not thread-safe.
class MergedLogs {
 public:
  // Errors as LogReader.
  [[nodiscard]] static Result<MergedLogs> Open(const std::vector<std::string>& folders);
  [[nodiscard]] Result<std::optional<LoggedRecord>> Next();
  [[nodiscard]] std::vector<std::string> TakeProblems();

 private:
  struct Log {
    std::unique_ptr<LogReader> reader;
    std::optional<LoggedRecord> head;
  };
  std::vector<Log> logs_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AUDIT_LOG_READER_H_

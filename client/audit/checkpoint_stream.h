// The file of an audit log's checkpoints, one after the other.
#ifndef CLIENT_AUDIT_CHECKPOINT_STREAM_H_
#define CLIENT_AUDIT_CHECKPOINT_STREAM_H_

#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace dkimkeeper {

// Whether the octets are the beginning of an entry (proto/audit/checkpoint.h): what a write that a
// crash cut short leaves at the end of the file.
[[nodiscard]] bool IsBeginOfCheckpoint(std::string_view octets);

// What stood in the file when it was opened, so that a daemon may go on writing: what it adds
// counts records that a reader may not see. Memory does not grow with the file. Not thread-safe.
class CheckpointStream {
 public:
  struct Entry {
    std::uint64_t offset = 0;
    std::string note;   // as SignedNote::Parse takes it
    bool whole = true;  // otherwise `note` is what the file ends with
  };

  // What cannot be opened has no entry.
  explicit CheckpointStream(const std::filesystem::path& path);

  [[nodiscard]] bool is_open() const { return file_.is_open(); }
  // Nothing at the end.
  [[nodiscard]] std::optional<Entry> Next();

 private:
  std::ifstream file_;
  std::uint64_t left_ = 0;  // octets to read
  std::string rest_;        // read, and not in an entry yet
  std::uint64_t offset_ = 0;
  std::deque<std::string> notes_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AUDIT_CHECKPOINT_STREAM_H_

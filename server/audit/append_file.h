// The seam below the audit log: a file that only grows.
#ifndef SERVER_AUDIT_APPEND_FILE_H_
#define SERVER_AUDIT_APPEND_FILE_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// Not thread-safe.
class AppendFile {
 public:
  AppendFile() = default;
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  virtual ~AppendFile() = default;

  // All of `octets` behind what is there, and onto the disk. UNAVAILABLE/AUDIT_UNWRITABLE with what
  // the operating system says: nothing of it counts, and what got there is cut off, then or at the
  // next call.
  [[nodiscard]] virtual Outcome Append(std::string_view octets) = 0;

  // What was appended, and what was kept.
  [[nodiscard]] virtual std::uint64_t size() const = 0;

  // Whether it stands where it was opened, as long as it was left: nobody moved, replaced, cut or
  // prolonged it.
  [[nodiscard]] virtual bool InPlace() const = 0;
};

// Opens the first `keep` octets of a file and cuts off the rest; with none to keep, a new file,
// mode 0600, which is on disk with its name. UNAVAILABLE/AUDIT_UNWRITABLE: it cannot be; a new one
// is there already.
using OpenAppendFile = std::function<Result<std::unique_ptr<AppendFile>>(
    const std::filesystem::path& path, std::uint64_t keep)>;

// On the disk.
[[nodiscard]] Result<std::unique_ptr<AppendFile>> OpenOnDisk(const std::filesystem::path& path,
                                                             std::uint64_t keep);

}  // namespace dkimkeeper

#endif  // SERVER_AUDIT_APPEND_FILE_H_

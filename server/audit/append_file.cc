#include "server/audit/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "proto/descriptor.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> Refuse(const std::filesystem::path& path, int error) {
  return Fail(Code::kUnavailable, reason::kAuditUnwritable,
              path.string() + ": " + std::strerror(error));
}

class DiskFile final : public AppendFile {
 public:
  DiskFile(std::filesystem::path path, Descriptor file, std::uint64_t size)
      : path_(std::move(path)), file_(std::move(file)), size_(size) {}

  [[nodiscard]] Outcome Append(std::string_view octets) override {
    if (torn_ && !CutBack()) return Refuse(path_, errno);
    const int failure = WriteAndSync(octets);
    if (failure == 0) {
      size_ += octets.size();
      return {};
    }
    torn_ = true;
    (void)CutBack();
    return Refuse(path_, failure);
  }

  [[nodiscard]] std::uint64_t size() const override { return size_; }

  [[nodiscard]] bool InPlace() const override {
    struct stat ours{};
    struct stat there{};
    return ::fstat(file_.number(), &ours) == 0 && ::stat(path_.c_str(), &there) == 0 &&
           ours.st_ino == there.st_ino && ours.st_dev == there.st_dev &&
           (torn_ || static_cast<std::uint64_t>(ours.st_size) == size_);
  }

 private:
  [[nodiscard]] bool CutBack() {
    torn_ = ::ftruncate(file_.number(), static_cast<off_t>(size_)) != 0;
    return !torn_;
  }

  [[nodiscard]] int WriteAndSync(std::string_view octets) const {
    while (!octets.empty()) {
      const ssize_t written = ::write(file_.number(), octets.data(), octets.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return errno;
      octets.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fdatasync(file_.number()) == 0 ? 0 : errno;
  }

  const std::filesystem::path path_;
  const Descriptor file_;
  std::uint64_t size_;
  bool torn_ = false;  // octets behind size_ could not be cut off yet
};

}  // namespace

Result<std::unique_ptr<AppendFile>> OpenOnDisk(const std::filesystem::path& path,
                                               std::uint64_t keep) {
  constexpr int kAppend = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
  Descriptor file(keep == 0 ? ::open(path.c_str(), kAppend | O_CREAT | O_EXCL, 0600)
                            : ::open(path.c_str(), kAppend));
  if (!file.IsOpen()) return Refuse(path, errno);
  if (keep != 0) {
    if (::ftruncate(file.number(), static_cast<off_t>(keep)) != 0 || ::fsync(file.number()) != 0) {
      return Refuse(path, errno);
    }
  } else {
    const Descriptor folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.IsOpen() || ::fsync(folder.number()) != 0) {
      const int failure = errno;
      (void)::unlink(path.c_str());
      return Refuse(path, failure);
    }
  }
  return std::make_unique<DiskFile>(path, std::move(file), keep);
}

}  // namespace dkimkeeper

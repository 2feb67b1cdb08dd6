#include "proto/base/replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

bool WriteAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(file, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return ::fsync(file) == 0;
}

bool SyncDirectory(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path();
  const int opened = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return false;
  const bool synced = ::fsync(opened) == 0;
  ::close(opened);
  return synced;
}

}  // namespace

Outcome ReplaceFile(const std::string& path, std::string_view text, mode_t mode) {
  const auto failed = [] {
    return Fail(Code::kInternal, reason::kInternal, std::generic_category().message(errno));
  };
  const std::string next = path + ".new";
  // What a crash left there is ours.
  (void)::unlink(next.c_str());
  const int file = ::open(next.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) return failed();
  // Whatever the umask.
  const bool written = ::fchmod(file, mode) == 0 && WriteAll(file, text);
  if (!written) {
    const auto failure = failed();
    ::close(file);
    (void)::unlink(next.c_str());
    return failure;
  }
  ::close(file);
  if (::rename(next.c_str(), path.c_str()) != 0 || !SyncDirectory(path)) return failed();
  return {};
}

}  // namespace dkimkeeper

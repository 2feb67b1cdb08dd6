#include "hsm/launcher/pin_memory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <sstream>
#include <system_error>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper::launcher {
namespace {

constexpr const char* kFile = "refused-pins";
constexpr const char* kNewFile = "refused-pins.new";
constexpr std::size_t kMaxFile = std::size_t{64} * 1024;

std::string SystemError() { return std::generic_category().message(errno); }

tl::unexpected<Error> Unusable(const std::string& path, const std::string& why) {
  return Fail(Code::kInvalidArgument, reason::kBadConfig,
              path + ", where refused PINs are remembered, " + why);
}

tl::unexpected<Error> NotWritten(const std::string& path) {
  return Fail(Code::kInternal, reason::kInternal,
              path + ", where refused PINs are remembered, cannot be written: " + SystemError() +
                  "; a restart of the service would try the PIN again");
}

bool WriteAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

Result<std::string> ReadAll(int file, const std::string& path) {
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t count = ::read(file, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Unusable(path, "cannot be read: " + SystemError());
    if (count == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(count));
    if (text.size() > kMaxFile) return Unusable(path, "is damaged; look into it, then remove it");
  }
}

}  // namespace

PinStamp StampOf(const Descriptor& file) {
  struct stat status = {};
  if (::fstat(file.number(), &status) != 0) return {};
  return {status.st_dev, status.st_ino,
          std::int64_t{status.st_ctim.tv_sec} * 1'000'000'000 + status.st_ctim.tv_nsec};
}

Result<PinMemory> PinMemory::Open(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return Unusable(folder, "cannot be made: " + SystemError() +
                                "; make its parent, or name another as [isolation] state");
  }
  Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status = {};
  if (!opened.IsOpen() || ::fstat(opened.number(), &status) != 0) {
    return Unusable(folder, "cannot be opened as a directory: " + SystemError());
  }
  if (status.st_uid != ::geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Unusable(folder,
                    "can be written by somebody else; give it to who starts dkimkeeperd, "
                    "with mode 0700, or name another as [isolation] state");
  }
  PinMemory memory(std::move(opened), folder + "/" + kFile);
  if (const auto read = memory.Read(); !read) return Forward(read);
  return memory;
}

bool PinMemory::Refused(const std::string& token, const PinStamp& stamp) const {
  const auto found = refused_.find(token);
  return found != refused_.end() && found->second == stamp;
}

Outcome PinMemory::Remember(const std::string& token, const PinStamp& stamp) {
  refused_[token] = stamp;
  return Write();
}

Outcome PinMemory::Forget(const std::string& token) {
  if (refused_.erase(token) == 0) return {};
  return Write();
}

Outcome PinMemory::Read() {
  const Descriptor file(
      ::openat(folder_.number(), kFile, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.IsOpen() && errno == ENOENT) return {};
  if (!file.IsOpen()) return Unusable(path_, "cannot be opened: " + SystemError());
  const auto text = ReadAll(file.number(), path_);
  if (!text) return Forward(text);
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string token;
    PinStamp stamp;
    if (!(words >> token >> stamp.device >> stamp.inode >> stamp.changed_ns) ||
        !(words >> std::ws).eof()) {
      return Unusable(path_, "is damaged; look into it, then remove it");
    }
    refused_[token] = stamp;
  }
  return {};
}

Outcome PinMemory::Write() const {
  std::ostringstream text;
  for (const auto& [token, stamp] : refused_) {
    text << token << ' ' << stamp.device << ' ' << stamp.inode << ' ' << stamp.changed_ns << '\n';
  }
  const Descriptor file(::openat(folder_.number(), kNewFile,
                                 O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.IsOpen() || !WriteAll(file.number(), text.str()) || ::fsync(file.number()) != 0 ||
      ::renameat(folder_.number(), kNewFile, folder_.number(), kFile) != 0 ||
      ::fsync(folder_.number()) != 0) {
    return NotWritten(path_);
  }
  return {};
}

}  // namespace dkimkeeper::launcher

#include "server/tls/private_copy.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCurrent = "current";  // the link to the set in force
constexpr const char* kNext = "next";        // the link that will replace it
constexpr const char* kSetPrefix = "set-";
constexpr const char* kCertificate = "certificate.pem";
constexpr const char* kKey = "key.pem";
constexpr const char* kClientCa = "client_ca.pem";
constexpr mode_t kDirectoryMode = 0700;
constexpr mode_t kFileMode = 0600;

std::string SystemReason() { return std::generic_category().message(errno); }

tl::unexpected<Error> RefuseDirectory(const std::string& directory, const std::string& what) {
  return Fail(Code::kFailedPrecondition, reason::kBadConfig,
              "the private copy of the TLS files cannot be in " + directory + ": " + what);
}

tl::unexpected<Error> WriteFailure(const fs::path& path) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return Fail(full ? Code::kResourceExhausted : Code::kInternal,
              full ? reason::kStorageFull : reason::kInternal,
              "cannot write the private copy of the TLS files at " + path.string() + " (" +
                  SystemReason() + "); make room there, or choose another [tls] private_copy");
}

bool WriteAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(file, text.data(), text.size());
    if (size < 0 && errno != EINTR) return false;
    if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

Outcome WriteFile(const fs::path& path, std::string_view text, std::chrono::sys_seconds time) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode);
  if (file < 0) return WriteFailure(path);
  const timespec stamp{.tv_sec = time.time_since_epoch().count(), .tv_nsec = 0};
  const std::array stamps = {stamp, stamp};  // access, modification
  const bool written = WriteAll(file, text) && ::futimens(file, stamps.data()) == 0;
  const Outcome outcome = written ? Outcome() : Outcome(WriteFailure(path));
  ::close(file);
  return outcome;
}

Outcome WriteSet(const fs::path& directory, const CertificateSet& set,
                 std::chrono::sys_seconds time) {
  if (::mkdir(directory.c_str(), kDirectoryMode) != 0) return WriteFailure(directory);
  for (const auto& [name, text] :
       {std::pair(kCertificate, &set.certificate), std::pair(kKey, &set.key),
        std::pair(kClientCa, &set.client_ca)}) {
    if (auto written = WriteFile(directory / name, *text, time); !written) return written;
  }
  return {};
}

// The link `directory`/current points to the set called `name`, from one moment to the next.
Outcome PointTo(const fs::path& directory, const std::string& name) {
  const fs::path next = directory / kNext;
  if (::symlink(name.c_str(), next.c_str()) != 0) return WriteFailure(next);
  if (::rename(next.c_str(), (directory / kCurrent).c_str()) == 0) return {};
  auto failure = WriteFailure(next);
  ::unlink(next.c_str());
  return failure;
}

// Makes the open directory this process's alone.
Outcome Claim(int lock, const std::string& directory) {
  struct stat status{};
  if (::fstat(lock, &status) != 0 || status.st_uid != ::geteuid()) {
    return RefuseDirectory(directory, "it belongs to another user; choose a new directory");
  }
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return RefuseDirectory(directory, "another daemon uses it; choose one for each daemon");
  }
  if (::fchmod(lock, kDirectoryMode) != 0) {
    return RefuseDirectory(directory, SystemReason() + "; choose a new directory");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<PrivateCopy>> PrivateCopy::Open(const std::string& directory) {
  if (::mkdir(directory.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
    return RefuseDirectory(directory, SystemReason() + "; make its parent, writable by the daemon");
  }
  const int lock = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (lock < 0) return RefuseDirectory(directory, SystemReason() + "; choose a new directory");
  if (const auto claimed = Claim(lock, directory); !claimed) {
    ::close(lock);
    return Forward(claimed);
  }
  std::unique_ptr<PrivateCopy> copy(new PrivateCopy(directory, lock));
  copy->RemoveSets();
  return copy;
}

PrivateCopy::PrivateCopy(fs::path directory, int lock)
    : directory_(std::move(directory)),
      lock_(lock),
      paths_{.certificate = directory_ / kCurrent / kCertificate,
             .key = directory_ / kCurrent / kKey,
             .client_ca = directory_ / kCurrent / kClientCa} {}

PrivateCopy::~PrivateCopy() {
  RemoveSets();
  ::close(lock_);
}

fs::path PrivateCopy::SetPath(std::uint64_t generation) const {
  return directory_ / (kSetPrefix + std::to_string(generation));
}

// Only what has a name of ours: were the directory a wrong one, nothing else in it would be lost.
void PrivateCopy::RemoveSets() {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory_, ignored)) {
    const std::string name = entry.path().filename();
    const bool ours = name == kCurrent || name == kNext || name.starts_with(kSetPrefix);
    if (ours) fs::remove_all(entry.path(), ignored);
  }
}

Outcome PrivateCopy::Publish(const CertificateSet& set, std::chrono::system_clock::time_point now) {
  const auto time =
      std::max(std::chrono::floor<std::chrono::seconds>(now), last_time_ + std::chrono::seconds(1));
  const fs::path next = SetPath(generation_ + 1);
  Outcome done = WriteSet(next, set, time);
  if (done) done = PointTo(directory_, next.filename());
  std::error_code ignored;
  if (!done) {
    fs::remove_all(next, ignored);
    return done;
  }
  last_time_ = time;
  // Whoever reads the old set has its files open: no path into it is in anybody's hands.
  fs::remove_all(SetPath(generation_), ignored);
  ++generation_;
  return {};
}

}  // namespace dkimkeeper

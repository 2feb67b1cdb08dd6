#include "hsm/pkcs11/pin_reference.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>

#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

constexpr std::size_t kMaxPinSize = 255;

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (number_ >= 0) close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

// A PIN that everybody on the host can read, or replace, protects nothing. What is wrong with the
// file; empty: nothing.
std::string_view ComplaintAbout(int descriptor) {
  struct stat status = {};
  if (fstat(descriptor, &status) != 0) return "cannot be examined";
  if (!S_ISREG(status.st_mode)) return "is not a regular file";
  if ((status.st_mode & S_IRWXO) != 0) {
    return "is open to every user of this host: take that away with chmod o-rwx";
  }
  return "";
}

// Whatever the file's offset, which other processes may share. Nothing when it cannot be read.
std::optional<std::size_t> ReadAll(int descriptor, std::span<unsigned char> storage) {
  std::size_t size = 0;
  while (size < storage.size()) {
    const ssize_t count =
        pread(descriptor, storage.data() + size, storage.size() - size, static_cast<off_t>(size));
    if (count == 0) break;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    size += static_cast<std::size_t>(count);
  }
  return size;
}

std::int64_t Nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::size_t WithoutLineEnd(std::span<const unsigned char> text) {
  std::size_t size = text.size();
  if (size > 0 && text[size - 1] == '\n') --size;
  if (size > 0 && size < text.size() && text[size - 1] == '\r') --size;
  return size;
}

}  // namespace

Result<PinReference> PinReference::Credential(const std::filesystem::path& directory,
                                              std::string_view name) {
  if (directory.empty()) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "The PIN is a systemd credential, but there is no $CREDENTIALS_DIRECTORY: start "
                "the service with LoadCredential= or name a file.");
  }
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string_view::npos) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "\"" + std::string(name) + "\" is not the name of a systemd credential.");
  }
  return PinReference(directory / name);
}

tl::unexpected<Error> PinReference::Refused(std::string_view why) const {
  const std::string name =
      path_.empty() ? "that was handed over open, descriptor " + std::to_string(descriptor_) + ","
                    : path_.string();
  return Fail(Code::kFailedPrecondition, reason::kPinRefused,
              "The PIN file " + name + " " + std::string(why) + ".");
}

Result<SecretBuffer> PinReference::Read() const {
  if (descriptor_ >= 0) return ReadFrom(descriptor_);
  const FileDescriptor file(open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number() < 0) {
    return Refused("cannot be opened: " + std::generic_category().message(errno));
  }
  return ReadFrom(file.number());
}

Result<SecretBuffer> PinReference::ReadFrom(int descriptor) const {
  if (const std::string_view wrong = ComplaintAbout(descriptor); !wrong.empty()) {
    return Refused(wrong);
  }
  Result<SecretBuffer> buffer = SecretBuffer::Allocate();
  if (!buffer) return buffer;
  const std::optional<std::size_t> size = ReadAll(descriptor, buffer->storage());
  if (!size) return Refused("cannot be read");
  buffer->SetSize(*size);
  buffer->SetSize(WithoutLineEnd(buffer->secret()));
  if (buffer->secret().empty()) return Refused("is empty: write the PIN into it");
  if (buffer->secret().size() > kMaxPinSize) return Refused("is longer than a PIN can be");
  return buffer;
}

PinReference::Stamp PinReference::stamp() const {
  struct stat status = {};
  const bool open = descriptor_ >= 0;
  if ((open ? fstat(descriptor_, &status) : stat(path_.c_str(), &status)) != 0) return {};
  return {status.st_dev, status.st_ino, Nanoseconds(open ? status.st_mtim : status.st_ctim)};
}

}  // namespace dkimkeeper::pkcs11

#include "hsm/pkcs11/pin_reference.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
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

tl::unexpected<Error> Refused(const std::filesystem::path& path, std::string_view why) {
  return Fail(Code::kFailedPrecondition, reason::kPinRefused,
              "The PIN file " + path.string() + " " + std::string(why) + ".");
}

// A PIN that everybody on the host can read, or replace, protects nothing.
Outcome CheckMode(int descriptor, const std::filesystem::path& path) {
  struct stat status = {};
  if (fstat(descriptor, &status) != 0) return Refused(path, "cannot be examined");
  if (!S_ISREG(status.st_mode)) return Refused(path, "is not a regular file");
  if ((status.st_mode & S_IRWXO) != 0) {
    return Refused(path, "is open to every user of this host: take that away with chmod o-rwx");
  }
  return {};
}

Result<std::size_t> ReadAll(int descriptor, std::span<unsigned char> storage,
                            const std::filesystem::path& path) {
  std::size_t size = 0;
  while (size < storage.size()) {
    const ssize_t count = read(descriptor, storage.data() + size, storage.size() - size);
    if (count == 0) break;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Refused(path, "cannot be read");
    size += static_cast<std::size_t>(count);
  }
  return size;
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

Result<SecretBuffer> PinReference::Read() const {
  const FileDescriptor file(open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number() < 0) {
    return Refused(path_, "cannot be opened: " + std::generic_category().message(errno));
  }
  if (Outcome mode = CheckMode(file.number(), path_); !mode) return Forward(mode);
  Result<SecretBuffer> buffer = SecretBuffer::Allocate();
  if (!buffer) return buffer;
  const Result<std::size_t> size = ReadAll(file.number(), buffer->storage(), path_);
  if (!size) return Forward(size);
  buffer->SetSize(*size);
  buffer->SetSize(WithoutLineEnd(buffer->secret()));
  if (buffer->secret().empty()) return Refused(path_, "is empty: write the PIN into it");
  if (buffer->secret().size() > kMaxPinSize) return Refused(path_, "is longer than a PIN can be");
  return buffer;
}

PinReference::Stamp PinReference::stamp() const {
  struct stat status = {};
  if (stat(path_.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino,
          std::int64_t{status.st_ctim.tv_sec} * 1'000'000'000 + status.st_ctim.tv_nsec};
}

}  // namespace dkimkeeper::pkcs11

#include "proto/base/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> Refuse(std::string message) {
  return Fail(Code::kInvalidArgument, reason::kBadConfig, std::move(message));
}

Result<std::string> ReadAll(int file, std::size_t max_bytes) {
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t size = ::read(file, part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Refuse(std::generic_category().message(errno));
    if (size == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(size));
    if (text.size() > max_bytes)
      return Refuse("larger than " + std::to_string(max_bytes) + " bytes");
  }
}

}  // namespace

Result<std::string> ReadFile(const std::string& path, std::size_t max_bytes) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Refuse(std::generic_category().message(errno));
  auto text = ReadAll(file, max_bytes);
  ::close(file);
  return text;
}

}  // namespace dkimkeeper

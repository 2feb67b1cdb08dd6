#include "client/cli/spool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;

std::string Why(int error) { return std::generic_category().message(error); }

// For file systems without O_TMPFILE: has a name for a moment.
int OpenAndUnlink(const std::filesystem::path& directory) {
  std::string name = (directory / "dkimkeeper-XXXXXX").string();
  const int descriptor = mkostemp(name.data(), O_CLOEXEC);
  if (descriptor >= 0) (void)unlink(name.c_str());
  return descriptor;
}

}  // namespace

Result<Spool> Spool::Create(const std::filesystem::path& directory) {
  int descriptor = open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
    descriptor = OpenAndUnlink(directory);
  }
  if (descriptor < 0) {
    return Fail(Code::kFailedPrecondition, reason::kBadOption,
                "cannot keep the message in " + directory.string() + " (" + Why(errno) +
                    "); set TMPDIR to a directory that takes it");
  }
  return Spool(descriptor);
}

Spool::~Spool() {
  if (descriptor_ >= 0) (void)close(descriptor_);
}

Outcome Spool::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      return Fail(Code::kResourceExhausted, reason::kStorageFull,
                  "cannot keep the message on disk (" + Why(errno) +
                      "); set TMPDIR to a directory that takes it");
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Outcome Spool::Replay(const std::function<Outcome(std::string_view)>& take) {
  std::vector<char> buffer(kChunk);
  off_t offset = 0;
  for (;;) {
    const ssize_t count = pread(descriptor_, buffer.data(), buffer.size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return Fail(Code::kInternal, reason::kInternal,
                  "cannot read the message back from disk (" + Why(errno) + ")");
    }
    if (count == 0) return {};
    offset += count;
    const Outcome taken = take({buffer.data(), static_cast<std::size_t>(count)});
    if (!taken) return taken;
  }
}

}  // namespace dkimkeeper

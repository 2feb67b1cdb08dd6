#include "server/store_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "proto/reason.h"
#include "server/startup.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> Unusable(const std::string& file, int error) {
  return Fail(Code::kInvalidArgument, reason::kBadOption,
              file + ": " + std::error_code(error, std::generic_category()).message() + "; name " +
                  (error == EEXIST ? "a file that does not exist yet" : "another file"));
}

// Written by BackUp through a stream, and on the disk when this succeeds.
Outcome WriteCopy(const SqlStoreOptions& options, const std::string& file) {
  const int descriptor =
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return Unusable(file, errno);
  std::ofstream out(file, std::ios::binary);
  Outcome copied = BackUp(options, out);
  out.close();
  if (copied && (!out || ::fsync(descriptor) != 0)) {
    copied = Fail(Code::kResourceExhausted, reason::kStorageFull,
                  "writing " + file + " failed; make room for it");
  }
  ::close(descriptor);
  std::error_code ignored;
  if (!copied) std::filesystem::remove(file, ignored);
  return copied;
}

}  // namespace

Outcome CopyStore(const CommandLine& line, const StoreConfig& store, const Clock& clock) {
  const SqlStoreOptions options = StoreOptionsOf(store);
  if (!line.backup.empty()) return WriteCopy(options, line.backup);
  std::ifstream in(line.restore, std::ios::binary);
  if (!in) return Unusable(line.restore, errno);
  return Restore(options, in, ToTimestamp(clock.Now()));
}

}  // namespace dkimkeeper

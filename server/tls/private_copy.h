// Our own copy of the TLS files, for gRPC to watch.
#ifndef SERVER_TLS_PRIVATE_COPY_H_
#define SERVER_TLS_PRIVATE_COPY_H_

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "proto/result.h"
#include "server/tls/certificate_files.h"

namespace dkimkeeper {

// A directory that nobody else may read, with one set of files in it that is replaced whole.
//
// gRPC's FileWatcherCertificateProvider reads three files one after the other, and refuses every
// new connection while key and certificate do not belong together. So the sets are directories, and
// a symbolic link to the one in force is replaced by rename(2). A reader that falls between two
// sets sees it by the files' times, which gRPC compares in whole seconds: each set is at least one
// second younger than the one before. Not thread-safe.
class PrivateCopy {
 public:
  // Makes `directory` (its parent exists), mode 0700, or takes over one that an earlier run left,
  // and empties it. FAILED_PRECONDITION/BAD_CONFIG: it cannot be made, belongs to another user, or
  // another daemon uses it.
  [[nodiscard]] static Result<std::unique_ptr<PrivateCopy>> Open(const std::string& directory);

  PrivateCopy(const PrivateCopy&) = delete;
  PrivateCopy& operator=(const PrivateCopy&) = delete;
  // Removes the files; the directory stays.
  ~PrivateCopy();

  // Makes `set` the one in force. After an error the one before still is.
  // RESOURCE_EXHAUSTED/STORAGE_FULL, INTERNAL/INTERNAL.
  [[nodiscard]] Outcome Publish(const CertificateSet& set,
                                std::chrono::system_clock::time_point now);

  // Where the set in force is; the same for the life of this object.
  [[nodiscard]] const CertificatePaths& paths() const { return paths_; }

 private:
  PrivateCopy(std::filesystem::path directory, int lock);

  void RemoveSets();
  [[nodiscard]] std::filesystem::path SetPath(std::uint64_t generation) const;

  const std::filesystem::path directory_;
  const int lock_;  // the directory, opened and locked
  const CertificatePaths paths_;
  std::chrono::sys_seconds last_time_{};
  std::uint64_t generation_ = 0;
};

}  // namespace dkimkeeper

#endif  // SERVER_TLS_PRIVATE_COPY_H_

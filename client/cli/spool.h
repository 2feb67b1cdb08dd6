// A message on its way through, kept on disk: memory does not grow with it.
#ifndef CLIENT_CLI_SPOOL_H_
#define CLIENT_CLI_SPOOL_H_

#include <filesystem>
#include <functional>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// A file without a name: nobody else can open it, and it is gone with the process. Movable. Not
// thread-safe.
class Spool {
 public:
  // FAILED_PRECONDITION/BAD_OPTION: no file can be made in `directory`.
  [[nodiscard]] static Result<Spool> Create(const std::filesystem::path& directory);

  Spool(Spool&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  ~Spool();

  // RESOURCE_EXHAUSTED/STORAGE_FULL where the disk is full.
  [[nodiscard]] Outcome Append(std::string_view bytes);

  // Gives all of it, from the start, in chunks; stops at the first error of `take`.
  [[nodiscard]] Outcome Replay(const std::function<Outcome(std::string_view)>& take);

 private:
  explicit Spool(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_SPOOL_H_

// Which PINs the tokens refused: nobody tries one twice, not even the next start of the service,
// because tokens lock after a few wrong ones.
#ifndef HSM_LAUNCHER_PIN_MEMORY_H_
#define HSM_LAUNCHER_PIN_MEMORY_H_

#include <map>
#include <string>
#include <utility>

#include "hsm/shared/refused_pin.h"
#include "proto/descriptor.h"
#include "proto/result.h"

namespace dkimkeeper::launcher {

// Of an open PIN file. Zeros where fstat(2) fails.
[[nodiscard]] PinStamp StampOf(const Descriptor& file);

// Kept in `FOLDER/refused-pins`, a line a token; holds no PIN. Not thread-safe.
class PinMemory {
 public:
  // Makes the folder, with mode 0700, where it is not there. INVALID_ARGUMENT/BAD_CONFIG: it
  // belongs to somebody else, others may write to it, or it or the file cannot be read.
  [[nodiscard]] static Result<PinMemory> Open(const std::string& folder);

  // An open descriptor of the folder, for what else is to outlive the launcher.
  [[nodiscard]] int folder() const { return folder_.number(); }

  [[nodiscard]] bool Refused(const std::string& token, const PinStamp& stamp) const;

  // The answer counts at once; the error, INTERNAL, says that it did not reach the disk.
  [[nodiscard]] Outcome Remember(const std::string& token, const PinStamp& stamp);
  [[nodiscard]] Outcome Forget(const std::string& token);

 private:
  PinMemory(Descriptor folder, std::string path)
      : folder_(std::move(folder)), path_(std::move(path)) {}
  [[nodiscard]] Outcome Read();
  [[nodiscard]] Outcome Write() const;

  Descriptor folder_;
  std::string path_;  // of the file, for what is said of it
  std::map<std::string, PinStamp> refused_;
};

}  // namespace dkimkeeper::launcher

#endif  // HSM_LAUNCHER_PIN_MEMORY_H_

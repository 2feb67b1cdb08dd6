// Where the PIN is; never the PIN itself.
#ifndef HSM_PKCS11_PIN_REFERENCE_H_
#define HSM_PKCS11_PIN_REFERENCE_H_

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "hsm/pkcs11/secret_buffer.h"
#include "hsm/shared/refused_pin.h"
#include "proto/result.h"

namespace dkimkeeper::pkcs11 {

// A file that holds a PIN and nothing else; one line end after it is not part of it. Read anew for
// each login. A value; thread-safe.
class PinReference {
 public:
  PinReference() = default;
  [[nodiscard]] static PinReference File(std::filesystem::path path) {
    return PinReference(std::move(path));
  }
  // A systemd credential (LoadCredential=): the file `name` in `directory`, which is the value of
  // $CREDENTIALS_DIRECTORY. INVALID_ARGUMENT/BAD_OPTION for a name with a slash or no directory.
  [[nodiscard]] static Result<PinReference> Credential(const std::filesystem::path& directory,
                                                       std::string_view name);

  // A file that somebody else has opened for us, who may not open it; read from its beginning each
  // time. `descriptor` stays the caller's and must outlive this.
  [[nodiscard]] static PinReference Descriptor(int descriptor) {
    return PinReference("", descriptor);
  }

  // FAILED_PRECONDITION/PIN_REFUSED, and what to do, when the file cannot be read, is not a regular
  // file, can be read or written by others, is empty or is longer than 255 bytes.
  [[nodiscard]] Result<SecretBuffer> Read() const;

  // Changes when somebody replaces or rewrites the file; equal stamps mean the same PIN. Of an open
  // file it is the time of its content: a file that is replaced is unlinked, which changes its
  // status but not the PIN in it. Zeros where there is no file.
  using Stamp = PinStamp;
  [[nodiscard]] Stamp stamp() const;

 private:
  explicit PinReference(std::filesystem::path path, int descriptor = -1)
      : path_(std::move(path)), descriptor_(descriptor) {}
  [[nodiscard]] Result<SecretBuffer> ReadFrom(int descriptor) const;
  [[nodiscard]] tl::unexpected<Error> Refused(std::string_view why) const;

  std::filesystem::path path_;
  int descriptor_ = -1;  // where it is open already
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_PIN_REFERENCE_H_

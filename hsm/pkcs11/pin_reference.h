// Where the PIN is; never the PIN itself.
#ifndef HSM_PKCS11_PIN_REFERENCE_H_
#define HSM_PKCS11_PIN_REFERENCE_H_

#include <compare>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>

#include "hsm/pkcs11/secret_buffer.h"
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

  // FAILED_PRECONDITION/PIN_REFUSED, and what to do, when the file cannot be read, is not a regular
  // file, can be read or written by others, is empty or is longer than 255 bytes.
  [[nodiscard]] Result<SecretBuffer> Read() const;

  // Changes when somebody replaces or rewrites the file; equal stamps mean the same PIN.
  struct Stamp {
    std::uint64_t device = 0, inode = 0;
    std::int64_t changed_ns = 0;
    friend auto operator<=>(const Stamp&, const Stamp&) = default;
  };
  // Zeros where there is no file.
  [[nodiscard]] Stamp stamp() const;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit PinReference(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_PIN_REFERENCE_H_

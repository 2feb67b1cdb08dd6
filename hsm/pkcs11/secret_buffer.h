// Memory for a PIN: locked, left out of core dumps, wiped.
#ifndef HSM_PKCS11_SECRET_BUFFER_H_
#define HSM_PKCS11_SECRET_BUFFER_H_

#include <cstddef>
#include <span>

#include "proto/result.h"

namespace dkimkeeper::pkcs11 {

// One page of its own. Moves, never copies; a moved-from buffer is empty. Not thread-safe.
class SecretBuffer {
 public:
  // FAILED_PRECONDITION/PIN_REFUSED when the memory cannot be locked (RLIMIT_MEMLOCK): a PIN that
  // may reach the swap is not read at all.
  [[nodiscard]] static Result<SecretBuffer> Allocate();

  SecretBuffer(SecretBuffer&& other) noexcept;
  SecretBuffer& operator=(SecretBuffer&& other) noexcept;
  SecretBuffer(const SecretBuffer&) = delete;
  SecretBuffer& operator=(const SecretBuffer&) = delete;
  ~SecretBuffer();

  // All of the page.
  [[nodiscard]] std::span<unsigned char> storage() const { return {page_, capacity_}; }
  // The part that holds the secret.
  [[nodiscard]] std::span<unsigned char> secret() const { return {page_, size_}; }
  // `size` is at most storage().size().
  void SetSize(std::size_t size) { size_ = size; }

 private:
  SecretBuffer(unsigned char* page, std::size_t capacity) : page_(page), capacity_(capacity) {}
  void Release();

  unsigned char* page_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_SECRET_BUFFER_H_

#include "hsm/pkcs11/secret_buffer.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include <utility>

#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {

Result<SecretBuffer> SecretBuffer::Allocate() {
  const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* page = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) {
    return Fail(Code::kFailedPrecondition, reason::kPinRefused,
                "There is no memory to read the PIN into.");
  }
  SecretBuffer buffer(static_cast<unsigned char*>(page), size);
  // Left out of core dumps where the kernel can do that; the lock is what must hold.
  static_cast<void>(madvise(page, size, MADV_DONTDUMP));
  if (mlock(page, size) != 0) {
    return Fail(Code::kFailedPrecondition, reason::kPinRefused,
                "The memory for the PIN cannot be locked against swapping: raise the limit "
                "RLIMIT_MEMLOCK (systemd: LimitMEMLOCK=) of this process.");
  }
  return buffer;
}

SecretBuffer::SecretBuffer(SecretBuffer&& other) noexcept
    : page_(std::exchange(other.page_, nullptr)),
      capacity_(std::exchange(other.capacity_, 0)),
      size_(std::exchange(other.size_, 0)) {}

SecretBuffer& SecretBuffer::operator=(SecretBuffer&& other) noexcept {
  if (this != &other) {
    Release();
    page_ = std::exchange(other.page_, nullptr);
    capacity_ = std::exchange(other.capacity_, 0);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

SecretBuffer::~SecretBuffer() { Release(); }

void SecretBuffer::Release() {
  if (page_ == nullptr) return;
  OPENSSL_cleanse(page_, capacity_);
  munmap(page_, capacity_);  // unlocks too
  page_ = nullptr;
}

}  // namespace dkimkeeper::pkcs11

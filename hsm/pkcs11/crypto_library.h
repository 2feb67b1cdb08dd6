// OpenSSL in a room of its own.
#ifndef HSM_PKCS11_CRYPTO_LIBRARY_H_
#define HSM_PKCS11_CRYPTO_LIBRARY_H_

#include <openssl/evp.h>
#include <openssl/types.h>

#include <memory>

#include "proto/result.h"

namespace dkimkeeper::pkcs11 {

// Calls the C function `Free` on the pointer of a std::unique_ptr.
template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

using KeyPointer = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;

// A library context with the default provider alone. An openssl.cnf that activates our own provider
// on this host does not reach it: verification must never come back here. Thread-safe.
class CryptoLibrary {
 public:
  // INTERNAL when OpenSSL has no default provider.
  [[nodiscard]] static Result<std::unique_ptr<CryptoLibrary>> Open();
  CryptoLibrary(const CryptoLibrary&) = delete;
  CryptoLibrary& operator=(const CryptoLibrary&) = delete;
  ~CryptoLibrary();

  [[nodiscard]] OSSL_LIB_CTX* context() const { return context_; }
  [[nodiscard]] const EVP_MD* sha256() const { return sha256_; }

 private:
  CryptoLibrary() = default;
  OSSL_LIB_CTX* context_ = nullptr;
  OSSL_PROVIDER* provider_ = nullptr;
  EVP_MD* sha256_ = nullptr;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_CRYPTO_LIBRARY_H_

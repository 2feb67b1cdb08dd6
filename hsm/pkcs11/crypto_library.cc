#include "hsm/pkcs11/crypto_library.h"

#include <openssl/crypto.h>
#include <openssl/provider.h>

#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {

Result<std::unique_ptr<CryptoLibrary>> CryptoLibrary::Open() {
  std::unique_ptr<CryptoLibrary> library(new CryptoLibrary());
  library->context_ = OSSL_LIB_CTX_new();
  if (library->context_ != nullptr) {
    library->provider_ = OSSL_PROVIDER_load(library->context_, "default");
    library->sha256_ = EVP_MD_fetch(library->context_, "SHA2-256", nullptr);
  }
  if (library->provider_ == nullptr || library->sha256_ == nullptr) {
    return Fail(Code::kInternal, reason::kInternal,
                "OpenSSL has no default provider: its installation is damaged.");
  }
  return library;
}

CryptoLibrary::~CryptoLibrary() {
  EVP_MD_free(sha256_);
  if (provider_ != nullptr) OSSL_PROVIDER_unload(provider_);
  OSSL_LIB_CTX_free(context_);
}

}  // namespace dkimkeeper::pkcs11

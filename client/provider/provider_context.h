// One loaded provider: what all its functions share.
#ifndef CLIENT_PROVIDER_PROVIDER_CONTEXT_H_
#define CLIENT_PROVIDER_PROVIDER_CONTEXT_H_

#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/evp.h>

#include <memory>
#include <string>

#include "client/provider/provider_options.h"
#include "client/reference/reference_client.h"
#include "proto/result.h"

namespace dkimkeeper::provider {

// Functions of OpenSSL that free, as deleters.
template <auto Function>
struct FreeWith {
  template <typename Object>
  void operator()(Object* object) const {
    Function(object);
  }
};
using PublicHalf = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;

// What the application sees in its error queue; the names are in provider.cc.
enum class Complaint : int {
  kAgent = 1,    // the agent answered with an error, or did not answer
  kPrivateHalf,  // somebody wants the private key itself
  kPadding,
  kDigest,
  kInput,
  kReference,
  kOption,
};

// Hashes and reads public keys in a library context of its own: in the application's, where this
// provider is loaded, it would come to itself. Thread-safe. Keys share it and outlive the provider
// where the application tears down in that order.
class ProviderContext {
 public:
  // `core` and its functions outlive this. Nothing where libcrypto refuses.
  static std::shared_ptr<ProviderContext> Make(const OSSL_CORE_HANDLE* core,
                                               const OSSL_DISPATCH* functions);

  // Puts an error with a sentence onto the application's queue. False, for the caller to return.
  bool Complain(Complaint complaint, const std::string& sentence) const;

  // Before the first key; `options` hold from then on.
  void Configure(ProviderOptions options);
  [[nodiscard]] ReferenceClient& client() { return *client_; }
  [[nodiscard]] bool rsa_bridge() const { return options_.rsa_bridge; }
  // The value of the provider's section in openssl.cnf, or nullptr.
  [[nodiscard]] const char* Setting(const char* name) const;

  [[nodiscard]] OSSL_LIB_CTX* library() const { return library_.get(); }
  [[nodiscard]] const EVP_MD* sha256() const { return sha256_.get(); }

 private:
  using Library = std::unique_ptr<OSSL_LIB_CTX, FreeWith<OSSL_LIB_CTX_free>>;
  using Digest = std::unique_ptr<EVP_MD, FreeWith<EVP_MD_free>>;

  ProviderContext(const OSSL_CORE_HANDLE* core, const OSSL_DISPATCH* functions);

  const OSSL_CORE_HANDLE* core_;
  OSSL_FUNC_core_get_params_fn* get_params_ = nullptr;
  OSSL_FUNC_core_new_error_fn* new_error_ = nullptr;
  OSSL_FUNC_core_vset_error_fn* set_error_ = nullptr;
  Library library_;
  Digest sha256_;
  ProviderOptions options_;
  std::unique_ptr<ReferenceClient> client_;
};

// What the core knows as the provider's context: a share of it.
using ContextShare = std::shared_ptr<ProviderContext>;
[[nodiscard]] inline const ContextShare& ContextOf(void* provider) {
  return *static_cast<ContextShare*>(provider);
}

}  // namespace dkimkeeper::provider

#endif  // CLIENT_PROVIDER_PROVIDER_CONTEXT_H_

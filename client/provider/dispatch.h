// Tables of functions, as OpenSSL's core takes them: provider(7).
#ifndef CLIENT_PROVIDER_DISPATCH_H_
#define CLIENT_PROVIDER_DISPATCH_H_

#include <openssl/core_dispatch.h>

namespace dkimkeeper::provider {

// A row. `Function` is the type that core_dispatch.h gives to `id`: a function with other
// parameters does not compile.
template <typename Function>
[[nodiscard]] OSSL_DISPATCH Row(int id, Function* function) {
  return {id, reinterpret_cast<void (*)()>(function)};
}

inline constexpr OSSL_DISPATCH kNoMoreRows{0, nullptr};

// What each file of this folder offers; of static life time, as the core expects.
[[nodiscard]] const OSSL_ALGORITHM* KeyManagements();
[[nodiscard]] const OSSL_ALGORITHM* Signatures();
[[nodiscard]] const OSSL_ALGORITHM* Decoders();
[[nodiscard]] const OSSL_ALGORITHM* Stores();

}  // namespace dkimkeeper::provider

#endif  // CLIENT_PROVIDER_DISPATCH_H_

#define OPENSSL_SUPPRESS_DEPRECATED  // as in rsa_blindings.cc
#include "hsm/program/rsa_calls.h"

#include <openssl/rsa.h>

#include <atomic>

#include "hsm/program/rsa_blindings.h"

namespace dkimkeeper {
namespace {

std::atomic<bool> keep_blindings{false};

}  // namespace

void KeepRsaBlindings() { keep_blindings.store(true, std::memory_order_relaxed); }

}  // namespace dkimkeeper

extern "C" {

// OpenSSL's draws a blinding at once; without, an RSA object draws one where it needs it.
__attribute__((visibility("default"))) int RSA_blinding_on(RSA* rsa, BN_CTX* /*numbers*/) {
  RSA_clear_flags(rsa, RSA_FLAG_NO_BLINDING);
  return 1;
}

__attribute__((visibility("default"))) int RSA_private_encrypt(int size, const unsigned char* from,
                                                               unsigned char* to, RSA* rsa,
                                                               int padding) {
  if (dkimkeeper::keep_blindings.load(std::memory_order_relaxed) && size >= 0 &&
      padding == RSA_PKCS1_PADDING) {
    thread_local dkimkeeper::RsaBlindings blindings;
    const int written = blindings.Sign({from, static_cast<std::size_t>(size)}, to, rsa);
    if (written > 0) return written;
  }
  // All that RSA_private_encrypt(3) does.
  return RSA_meth_get_priv_enc(RSA_get_method(rsa))(size, from, to, rsa, padding);
}

}  // extern "C"

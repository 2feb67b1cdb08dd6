#include "server/rotation/proof_signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Library = std::unique_ptr<OSSL_LIB_CTX, FreeWith<OSSL_LIB_CTX_free>>;
using Provider = std::unique_ptr<OSSL_PROVIDER, FreeWith<OSSL_PROVIDER_unload>>;
using Digest = std::unique_ptr<EVP_MD, FreeWith<EVP_MD_free>>;
using PublicHalf = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// A room of its own: our provider may be active in the process's default one. Some milliseconds,
// for an act that happens a few times a year.
struct Room {
  Library library{OSSL_LIB_CTX_new()};
  Provider provider{library ? OSSL_PROVIDER_load(library.get(), "default") : nullptr};
};

PublicHalf Parse(const Room& room, const PublicKey& key) {
  const std::string_view bytes = key.record_bytes;
  if (key.algorithm == Algorithm::kEd25519Sha256) {
    return PublicHalf(EVP_PKEY_new_raw_public_key_ex(room.library.get(), "ED25519", nullptr,
                                                     Bytes(bytes), bytes.size()));
  }
  const unsigned char* at = Bytes(bytes);
  return PublicHalf(
      d2i_PUBKEY_ex(nullptr, &at, static_cast<long>(bytes.size()), room.library.get(), nullptr));
}

bool VerifyRsa(const Room& room, EVP_PKEY* key, const Sha256Digest& digest,
               std::string_view signature) {
  const Digest sha256(EVP_MD_fetch(room.library.get(), "SHA2-256", nullptr));
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(room.library.get(), key, nullptr));
  return sha256 && context && EVP_PKEY_verify_init(context.get()) == 1 &&
         EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md(context.get(), sha256.get()) == 1 &&
         EVP_PKEY_verify(context.get(), Bytes(signature), signature.size(), digest.bytes().data(),
                         digest.bytes().size()) == 1;
}

bool VerifyEd25519(const Room& room, EVP_PKEY* key, const Sha256Digest& digest,
                   std::string_view signature) {
  const DigestContext context(EVP_MD_CTX_new());
  return context &&
         EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, room.library.get(), nullptr, key,
                                 nullptr) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), digest.bytes().data(),
                          digest.bytes().size()) == 1;
}

bool Verifies(const PublicKey& public_key, const Sha256Digest& digest, std::string_view signature) {
  const Room room;
  const PublicHalf key = room.provider ? Parse(room, public_key) : nullptr;
  if (!key) return false;
  return public_key.algorithm == Algorithm::kEd25519Sha256
             ? VerifyEd25519(room, key.get(), digest, signature)
             : VerifyRsa(room, key.get(), digest, signature);
}

}  // namespace

Result<SignedProof> SignedProof::Of(PublishedProof published, const Sha256Digest& digest,
                                    std::string_view signature) {
  const bool good = Verifies(published.fetched(), digest, signature);
  ERR_clear_error();
  if (good) return SignedProof(std::move(published));
  return Fail(Code::kInternal, reason::kBadSignature,
              "a signature that the token made for key " + published.key().ToHex() +
                  " does not verify with the key that DNS shows; it is not activated, look into "
                  "the token");
}

}  // namespace dkimkeeper

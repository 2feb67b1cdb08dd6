#include "client/provider/reference_key.h"

#include <openssl/core_names.h>
#include <openssl/core_object.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "client/provider/rsa_bridge.h"
#include "proto/reason.h"

namespace dkimkeeper::provider {
namespace {

using KeyUse = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using DigestUse = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;

const unsigned char* Octets(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

PublicHalf ReadPublicHalf(const PublicKey& key, OSSL_LIB_CTX* library) {
  const std::string spki = ToSubjectPublicKeyInfo(key);
  const unsigned char* next = Octets(spki);
  ERR_set_mark();
  PublicHalf half(d2i_PUBKEY_ex(nullptr, &next, static_cast<long>(spki.size()), library, nullptr));
  ERR_pop_to_mark();
  return half;
}

}  // namespace

KeyShare ReferenceKey::Make(ContextShare provider, ReferenceBody body) {
  PublicHalf half = ReadPublicHalf(body.public_key, provider->library());
  if (!half) return nullptr;
  KeyShare key(new ReferenceKey(std::move(provider), std::move(body), std::move(half)));
  if (key->provider().rsa_bridge()) LendToBridge(key);
  return key;
}

std::size_t ReferenceKey::signature_size() const {
  return static_cast<std::size_t>(EVP_PKEY_get_size(public_half()));
}

bool ReferenceKey::Verifies(const Sha256Digest& digest, const std::string& signature) const {
  if (algorithm() == Algorithm::kEd25519Sha256) {
    const DigestUse use(EVP_MD_CTX_new());
    return EVP_DigestVerifyInit_ex(use.get(), nullptr, nullptr, provider_->library(), nullptr,
                                   public_half(), nullptr) == 1 &&
           EVP_DigestVerify(use.get(), Octets(signature), signature.size(), digest.bytes().data(),
                            digest.bytes().size()) == 1;
  }
  const KeyUse use(EVP_PKEY_CTX_new_from_pkey(provider_->library(), public_half(), nullptr));
  return use && EVP_PKEY_verify_init(use.get()) == 1 &&
         EVP_PKEY_CTX_set_rsa_padding(use.get(), RSA_PKCS1_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md(use.get(), provider_->sha256()) == 1 &&
         EVP_PKEY_verify(use.get(), Octets(signature), signature.size(), digest.bytes().data(),
                         digest.bytes().size()) == 1;
}

Result<std::string> ReferenceKey::Sign(const Sha256Digest& digest) const {
  auto signature = provider_->client().Sign({body_.reference, algorithm(), digest});
  if (!signature) return signature;
  ERR_set_mark();
  const bool good = Verifies(digest, *signature);
  ERR_pop_to_mark();
  if (good) return signature;
  return Fail(Code::kInternal, reason::kBadSignature,
              "the signature of " + body_.reference.Uri() +
                  " does not verify under the public key of its reference; write that anew with "
                  "`dkimkeeper key reference DOMAIN SELECTOR`");
}

const char* OpenSslName(Algorithm algorithm) {
  return algorithm == Algorithm::kRsaSha256 ? "RSA" : "ED25519";
}

int HandOver(KeyShare key, OSSL_CALLBACK* callback, void* argument) {
  int type = OSSL_OBJECT_PKEY;
  const Algorithm algorithm = key->algorithm();
  auto* share = new KeyShare(std::move(key));
  OSSL_PARAM object[] = {
      OSSL_PARAM_construct_int(OSSL_OBJECT_PARAM_TYPE, &type),
      OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DATA_TYPE,
                                       const_cast<char*>(OpenSslName(algorithm)), 0),
      // The address of the pointer: whoever takes the key leaves nullptr there.
      OSSL_PARAM_construct_octet_string(OSSL_OBJECT_PARAM_REFERENCE, static_cast<void*>(&share),
                                        sizeof(void*)),
      OSSL_PARAM_construct_end()};
  const int taken = callback(object, argument);
  delete share;
  return taken;
}

}  // namespace dkimkeeper::provider

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "client/provider/rsa_signature.h"

namespace dkimkeeper::provider {
namespace {

struct Ed25519Signing {
  ContextShare provider;
  KeyShare key;
};

Ed25519Signing& Of(void* signing) { return *static_cast<Ed25519Signing*>(signing); }

void* New(void* provider, const char* /*properties*/) {
  return new Ed25519Signing{ContextOf(provider), nullptr};
}
void Free(void* signing) { delete &Of(signing); }
void* Duplicate(void* signing) { return new Ed25519Signing(Of(signing)); }

int Init(void* handle, const char* digest, void* key, const OSSL_PARAM /*parameters*/[]) {
  Ed25519Signing& signing = Of(handle);
  if (digest != nullptr && *digest != '\0') {
    signing.provider->Complain(Complaint::kDigest,
                               "Ed25519 takes no digest; hash first, then sign the 32 bytes of the "
                               "SHA-256 digest (RFC 8463)");
    return 0;
  }
  if (key != nullptr) signing.key = *static_cast<KeyShare*>(key);
  return signing.key ? 1 : 0;
}

int Sign(void* handle, unsigned char* signature, std::size_t* size, std::size_t room,
         const unsigned char* input, std::size_t length) {
  const Ed25519Signing& signing = Of(handle);
  if (signature == nullptr) return WriteSignature(*signing.key, nullptr, nullptr, size, room);
  const auto digest =
      Sha256Digest::FromBytes(std::string_view(reinterpret_cast<const char*>(input), length));
  if (!digest) {
    signing.provider->Complain(Complaint::kInput,
                               "an Ed25519 key in custody signs the 32 bytes of a SHA-256 digest "
                               "(RFC 8463), not " +
                                   std::to_string(length) + " bytes");
    return 0;
  }
  return WriteSignature(*signing.key, &*digest, signature, size, room);
}

int GetParams(void* /*signing*/, OSSL_PARAM parameters[]) {
  // id-Ed25519, 1.3.101.112: RFC 8410 §3.
  static constexpr std::array<unsigned char, 7> kAlgorithm = {0x30, 0x05, 0x06, 0x03,
                                                              0x2b, 0x65, 0x70};
  OSSL_PARAM* wanted = OSSL_PARAM_locate(parameters, OSSL_SIGNATURE_PARAM_ALGORITHM_ID);
  if (wanted == nullptr) return 1;
  return OSSL_PARAM_set_octet_string(wanted, kAlgorithm.data(), kAlgorithm.size());
}

const OSSL_PARAM* Gettable(void* /*signing*/, void* /*provider*/) {
  static const OSSL_PARAM gettable[] = {
      OSSL_PARAM_octet_string(OSSL_SIGNATURE_PARAM_ALGORITHM_ID, nullptr, 0), OSSL_PARAM_END};
  return gettable;
}

const OSSL_DISPATCH* Ed25519Signature() {
  static const auto functions = std::to_array({
      Row<OSSL_FUNC_signature_newctx_fn>(OSSL_FUNC_SIGNATURE_NEWCTX, New),
      Row<OSSL_FUNC_signature_freectx_fn>(OSSL_FUNC_SIGNATURE_FREECTX, Free),
      Row<OSSL_FUNC_signature_dupctx_fn>(OSSL_FUNC_SIGNATURE_DUPCTX, Duplicate),
      Row<OSSL_FUNC_signature_digest_sign_init_fn>(OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT, Init),
      Row<OSSL_FUNC_signature_digest_sign_fn>(OSSL_FUNC_SIGNATURE_DIGEST_SIGN, Sign),
      Row<OSSL_FUNC_signature_get_ctx_params_fn>(OSSL_FUNC_SIGNATURE_GET_CTX_PARAMS, GetParams),
      Row<OSSL_FUNC_signature_gettable_ctx_params_fn>(OSSL_FUNC_SIGNATURE_GETTABLE_CTX_PARAMS,
                                                      Gettable),
      kNoMoreRows,
  });
  return functions.data();
}

}  // namespace

int WriteSignature(const ReferenceKey& key, const Sha256Digest* digest, unsigned char* signature,
                   std::size_t* size, std::size_t room) {
  if (signature == nullptr) {
    *size = key.signature_size();
    return 1;
  }
  const auto made = key.Sign(*digest);
  if (!made) {
    key.provider().Complain(Complaint::kAgent, made.error().reason + ": " + made.error().message);
    return 0;
  }
  if (made->size() > room) {
    key.provider().Complain(Complaint::kInput, "there is no room for the signature");
    return 0;
  }
  std::copy(made->begin(), made->end(), signature);
  *size = made->size();
  return 1;
}

const OSSL_ALGORITHM* Signatures() {
  static const OSSL_ALGORITHM algorithms[] = {
      {"RSA:rsaEncryption", "provider=dkimkeeper", RsaSignature(), "PKCS#1 v1.5 with SHA-256"},
      {"ED25519", "provider=dkimkeeper", Ed25519Signature(), "Ed25519 over a SHA-256 digest"},
      {nullptr, nullptr, nullptr, nullptr}};
  return algorithms;
}

}  // namespace dkimkeeper::provider

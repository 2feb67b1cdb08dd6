#include "client/provider/rsa_signature.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <array>
#include <optional>
#include <string_view>

#include "client/provider/sha256_digest_info.h"

namespace dkimkeeper::provider {
namespace {

using DigestUse = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;

struct RsaSigning {
  ContextShare provider;
  KeyShare key;
  // EVP_PKEY_sign: whether the application said that its input is a SHA-256 digest.
  bool sha256_declared = false;
  DigestUse hash;  // EVP_DigestSign
};

RsaSigning& Of(void* signing) { return *static_cast<RsaSigning*>(signing); }

bool OnlySha256(const RsaSigning& signing, const char* name) {
  // A name of any provider's, or an OID.
  ERR_set_mark();
  const std::unique_ptr<EVP_MD, FreeWith<EVP_MD_free>> digest(
      EVP_MD_fetch(signing.provider->library(), name, nullptr));
  ERR_pop_to_mark();
  if (digest && EVP_MD_is_a(digest.get(), "SHA256")) return true;
  return signing.provider->Complain(
      Complaint::kDigest, "keys in custody sign SHA-256 digests only, not " + std::string(name) +
                              "; use -sha256, or digest:sha256");
}

void* New(void* provider, const char* /*properties*/) {
  return new RsaSigning{ContextOf(provider), nullptr, false, nullptr};
}

void Free(void* signing) { delete &Of(signing); }

void* Duplicate(void* handle) {
  const RsaSigning& from = Of(handle);
  auto to = std::make_unique<RsaSigning>();
  to->provider = from.provider;
  to->key = from.key;
  to->sha256_declared = from.sha256_declared;
  if (from.hash) {
    to->hash.reset(EVP_MD_CTX_new());
    if (!to->hash || EVP_MD_CTX_copy_ex(to->hash.get(), from.hash.get()) != 1) return nullptr;
  }
  return to.release();
}

bool OnlyPkcs1(const RsaSigning& signing, const OSSL_PARAM& padding) {
  int mode = 0;
  if (padding.data_type == OSSL_PARAM_UTF8_STRING) {
    const auto* name = static_cast<const char*>(padding.data);
    if (name != nullptr && std::string_view(name) == OSSL_PKEY_RSA_PAD_MODE_PKCSV15) return true;
  } else if (OSSL_PARAM_get_int(&padding, &mode) == 1 && mode == RSA_PKCS1_PADDING) {
    return true;
  }
  return signing.provider->Complain(
      Complaint::kPadding,
      "keys in custody sign with PKCS#1 v1.5 only, which is what DKIM asks for; leave out "
      "rsa_padding_mode");
}

int SetParams(void* handle, const OSSL_PARAM parameters[]) {
  RsaSigning& signing = Of(handle);
  if (parameters == nullptr) return 1;
  const auto* padding = OSSL_PARAM_locate_const(parameters, OSSL_SIGNATURE_PARAM_PAD_MODE);
  if (padding != nullptr && !OnlyPkcs1(signing, *padding)) return 0;
  const auto* digest = OSSL_PARAM_locate_const(parameters, OSSL_SIGNATURE_PARAM_DIGEST);
  if (digest != nullptr) {
    const char* name = nullptr;
    if (OSSL_PARAM_get_utf8_string_ptr(digest, &name) != 1) return 0;
    if (!OnlySha256(signing, name)) return 0;
    signing.sha256_declared = true;
  }
  for (const char* pss : {OSSL_SIGNATURE_PARAM_PSS_SALTLEN, OSSL_SIGNATURE_PARAM_MGF1_DIGEST}) {
    if (OSSL_PARAM_locate_const(parameters, pss) == nullptr) continue;
    return signing.provider->Complain(Complaint::kPadding, "keys in custody do not sign with PSS");
  }
  return 1;
}

const OSSL_PARAM* Settable(void* /*signing*/, void* /*provider*/) {
  static const OSSL_PARAM settable[] = {
      OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, nullptr, 0),
      OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST, nullptr, 0),
      OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, nullptr, 0),
      OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_MGF1_DIGEST, nullptr, 0), OSSL_PARAM_END};
  return settable;
}

int GetParams(void* /*signing*/, OSSL_PARAM parameters[]) {
  // sha256WithRSAEncryption, 1.2.840.113549.1.1.11: RFC 4055 §5.
  static constexpr std::array<unsigned char, 15> kAlgorithm = {
      0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00};
  OSSL_PARAM* wanted = OSSL_PARAM_locate(parameters, OSSL_SIGNATURE_PARAM_ALGORITHM_ID);
  if (wanted != nullptr &&
      OSSL_PARAM_set_octet_string(wanted, kAlgorithm.data(), kAlgorithm.size()) != 1) {
    return 0;
  }
  wanted = OSSL_PARAM_locate(parameters, OSSL_SIGNATURE_PARAM_PAD_MODE);
  if (wanted != nullptr) {
    const bool set = wanted->data_type == OSSL_PARAM_INTEGER
                         ? OSSL_PARAM_set_int(wanted, RSA_PKCS1_PADDING) == 1
                         : OSSL_PARAM_set_utf8_string(wanted, OSSL_PKEY_RSA_PAD_MODE_PKCSV15) == 1;
    if (!set) return 0;
  }
  wanted = OSSL_PARAM_locate(parameters, OSSL_SIGNATURE_PARAM_DIGEST);
  return wanted == nullptr || OSSL_PARAM_set_utf8_string(wanted, "SHA256") == 1 ? 1 : 0;
}

const OSSL_PARAM* Gettable(void* /*signing*/, void* /*provider*/) {
  static const OSSL_PARAM gettable[] = {
      OSSL_PARAM_octet_string(OSSL_SIGNATURE_PARAM_ALGORITHM_ID, nullptr, 0),
      OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, nullptr, 0),
      OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST, nullptr, 0), OSSL_PARAM_END};
  return gettable;
}

int SignInit(void* handle, void* key, const OSSL_PARAM parameters[]) {
  RsaSigning& signing = Of(handle);
  if (key != nullptr) signing.key = *static_cast<KeyShare*>(key);
  signing.sha256_declared = false;
  return signing.key != nullptr ? SetParams(handle, parameters) : 0;
}

int Sign(void* handle, unsigned char* signature, std::size_t* size, std::size_t room,
         const unsigned char* input, std::size_t length) {
  const RsaSigning& signing = Of(handle);
  const std::string_view octets(reinterpret_cast<const char*>(input), length);
  if (signature == nullptr) return WriteSignature(*signing.key, nullptr, nullptr, size, room);
  std::optional<Sha256Digest> digest;
  if (signing.sha256_declared) {
    if (const auto whole = Sha256Digest::FromBytes(octets)) digest = *whole;
  } else {
    // Without a word about the digest OpenSSL signs what it gets: what DKIM signs is a DigestInfo.
    digest = DigestInSha256DigestInfo(octets);
  }
  if (!digest) {
    signing.provider->Complain(Complaint::kInput,
                               "keys in custody sign one SHA-256 digest of 32 bytes; say so with "
                               "digest:sha256, or let dgst -sha256 make it");
    return 0;
  }
  return WriteSignature(*signing.key, &*digest, signature, size, room);
}

int DigestSignInit(void* handle, const char* digest, void* key, const OSSL_PARAM parameters[]) {
  RsaSigning& signing = Of(handle);
  if (key != nullptr) signing.key = *static_cast<KeyShare*>(key);
  if (!signing.key) return 0;
  if (digest != nullptr && *digest != '\0' && !OnlySha256(signing, digest)) return 0;
  signing.hash.reset(EVP_MD_CTX_new());
  if (!signing.hash ||
      EVP_DigestInit_ex2(signing.hash.get(), signing.provider->sha256(), nullptr) != 1) {
    return 0;
  }
  return SetParams(handle, parameters);
}

int DigestSignUpdate(void* handle, const unsigned char* data, std::size_t size) {
  const RsaSigning& signing = Of(handle);
  return signing.hash ? EVP_DigestUpdate(signing.hash.get(), data, size) : 0;
}

int DigestSignFinal(void* handle, unsigned char* signature, std::size_t* size, std::size_t room) {
  const RsaSigning& signing = Of(handle);
  if (!signing.hash) return 0;
  if (signature == nullptr) return WriteSignature(*signing.key, nullptr, nullptr, size, room);
  std::array<std::uint8_t, Sha256Digest::kSize> octets{};
  if (EVP_DigestFinal_ex(signing.hash.get(), octets.data(), nullptr) != 1) return 0;
  const Sha256Digest digest(octets);
  return WriteSignature(*signing.key, &digest, signature, size, room);
}

}  // namespace

const OSSL_DISPATCH* RsaSignature() {
  static const auto functions = std::to_array({
      Row<OSSL_FUNC_signature_newctx_fn>(OSSL_FUNC_SIGNATURE_NEWCTX, New),
      Row<OSSL_FUNC_signature_freectx_fn>(OSSL_FUNC_SIGNATURE_FREECTX, Free),
      Row<OSSL_FUNC_signature_dupctx_fn>(OSSL_FUNC_SIGNATURE_DUPCTX, Duplicate),
      Row<OSSL_FUNC_signature_sign_init_fn>(OSSL_FUNC_SIGNATURE_SIGN_INIT, SignInit),
      Row<OSSL_FUNC_signature_sign_fn>(OSSL_FUNC_SIGNATURE_SIGN, Sign),
      Row<OSSL_FUNC_signature_digest_sign_init_fn>(OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT,
                                                   DigestSignInit),
      Row<OSSL_FUNC_signature_digest_sign_update_fn>(OSSL_FUNC_SIGNATURE_DIGEST_SIGN_UPDATE,
                                                     DigestSignUpdate),
      Row<OSSL_FUNC_signature_digest_sign_final_fn>(OSSL_FUNC_SIGNATURE_DIGEST_SIGN_FINAL,
                                                    DigestSignFinal),
      Row<OSSL_FUNC_signature_get_ctx_params_fn>(OSSL_FUNC_SIGNATURE_GET_CTX_PARAMS, GetParams),
      Row<OSSL_FUNC_signature_gettable_ctx_params_fn>(OSSL_FUNC_SIGNATURE_GETTABLE_CTX_PARAMS,
                                                      Gettable),
      Row<OSSL_FUNC_signature_set_ctx_params_fn>(OSSL_FUNC_SIGNATURE_SET_CTX_PARAMS, SetParams),
      Row<OSSL_FUNC_signature_settable_ctx_params_fn>(OSSL_FUNC_SIGNATURE_SETTABLE_CTX_PARAMS,
                                                      Settable),
      kNoMoreRows,
  });
  return functions.data();
}

}  // namespace dkimkeeper::provider

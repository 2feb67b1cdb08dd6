// Key management, provider-keymgmt(7): loads what a decoder or the store made; public halves leave,
// private ones are not here.
#include <openssl/core_names.h>
#include <openssl/params.h>

#include <array>
#include <utility>

#include "client/provider/dispatch.h"
#include "client/provider/reference_key.h"

namespace dkimkeeper::provider {
namespace {

const ReferenceKey& KeyOf(const void* key) { return **static_cast<const KeyShare*>(key); }

void* Load(const void* reference, std::size_t size) {
  if (size != sizeof(void*)) return nullptr;
  // The place is HandOver's, which looks whether it was emptied.
  return std::exchange(*static_cast<KeyShare**>(const_cast<void*>(reference)), nullptr);
}

void Free(void* key) { delete static_cast<KeyShare*>(key); }

// It signs: an application must take it for a whole key.
int Has(const void* /*key*/, int /*selection*/) { return 1; }

int Match(const void* a, const void* b, int selection) {
  if ((selection & OSSL_KEYMGMT_SELECT_KEYPAIR) == 0) return 1;
  return EVP_PKEY_eq(KeyOf(a).public_half(), KeyOf(b).public_half()) == 1 ? 1 : 0;
}

bool MayLeave(const ReferenceKey& key, int selection) {
  if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) == 0) return true;
  // With the bridge the public half goes for the whole: the RSA object that is made of it comes
  // back.
  if (key.algorithm() == Algorithm::kRsaSha256 && key.provider().rsa_bridge()) return true;
  // OpenSSL would sign with it by itself otherwise, and find no private key.
  return key.provider().Complain(
      Complaint::kPrivateHalf,
      "the private key is in custody and signs there; a program that calls RSA_sign needs "
      "rsa_bridge = yes in the provider's section of openssl.cnf");
}

int Export(void* handle, int selection, OSSL_CALLBACK* callback, void* argument) {
  const ReferenceKey& key = KeyOf(handle);
  if (!MayLeave(key, selection)) return 0;
  OSSL_PARAM* parameters = nullptr;
  if (EVP_PKEY_todata(key.public_half(), EVP_PKEY_PUBLIC_KEY, &parameters) != 1) return 0;
  const std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>> owned(parameters);
  return callback(parameters, argument);
}

const OSSL_PARAM* RsaExportTypes(int /*selection*/) {
  static const OSSL_PARAM types[] = {OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_N, nullptr, 0),
                                     OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_E, nullptr, 0),
                                     OSSL_PARAM_END};
  return types;
}

const OSSL_PARAM* Ed25519ExportTypes(int /*selection*/) {
  static const OSSL_PARAM types[] = {OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, nullptr, 0),
                                     OSSL_PARAM_END};
  return types;
}

int GetParams(void* key, OSSL_PARAM parameters[]) {
  return EVP_PKEY_get_params(KeyOf(key).public_half(), parameters);
}

const OSSL_PARAM* RsaGettable(void* /*provider*/) {
  static const OSSL_PARAM gettable[] = {
      OSSL_PARAM_int(OSSL_PKEY_PARAM_BITS, nullptr),
      OSSL_PARAM_int(OSSL_PKEY_PARAM_SECURITY_BITS, nullptr),
      OSSL_PARAM_int(OSSL_PKEY_PARAM_MAX_SIZE, nullptr),
      OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_DEFAULT_DIGEST, nullptr, 0),
      OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_N, nullptr, 0),
      OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_E, nullptr, 0),
      OSSL_PARAM_END};
  return gettable;
}

const OSSL_PARAM* Ed25519Gettable(void* /*provider*/) {
  static const OSSL_PARAM gettable[] = {
      OSSL_PARAM_int(OSSL_PKEY_PARAM_BITS, nullptr),
      OSSL_PARAM_int(OSSL_PKEY_PARAM_SECURITY_BITS, nullptr),
      OSSL_PARAM_int(OSSL_PKEY_PARAM_MAX_SIZE, nullptr),
      OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_MANDATORY_DIGEST, nullptr, 0),
      OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, nullptr, 0),
      OSSL_PARAM_END};
  return gettable;
}

template <OSSL_FUNC_keymgmt_export_types_fn kExportTypes,
          OSSL_FUNC_keymgmt_gettable_params_fn kGettable>
const OSSL_DISPATCH* Functions() {
  static const auto functions = std::to_array({
      Row<OSSL_FUNC_keymgmt_load_fn>(OSSL_FUNC_KEYMGMT_LOAD, Load),
      Row<OSSL_FUNC_keymgmt_free_fn>(OSSL_FUNC_KEYMGMT_FREE, Free),
      Row<OSSL_FUNC_keymgmt_has_fn>(OSSL_FUNC_KEYMGMT_HAS, Has),
      Row<OSSL_FUNC_keymgmt_match_fn>(OSSL_FUNC_KEYMGMT_MATCH, Match),
      Row<OSSL_FUNC_keymgmt_export_fn>(OSSL_FUNC_KEYMGMT_EXPORT, Export),
      Row<OSSL_FUNC_keymgmt_export_types_fn>(OSSL_FUNC_KEYMGMT_EXPORT_TYPES, kExportTypes),
      Row<OSSL_FUNC_keymgmt_get_params_fn>(OSSL_FUNC_KEYMGMT_GET_PARAMS, GetParams),
      Row<OSSL_FUNC_keymgmt_gettable_params_fn>(OSSL_FUNC_KEYMGMT_GETTABLE_PARAMS, kGettable),
      kNoMoreRows,
  });
  return functions.data();
}

}  // namespace

const OSSL_ALGORITHM* KeyManagements() {
  static const OSSL_ALGORITHM algorithms[] = {
      {"RSA:rsaEncryption", "provider=dkimkeeper", (Functions<RsaExportTypes, RsaGettable>()),
       "RSA keys in custody, by reference"},
      {"ED25519", "provider=dkimkeeper", (Functions<Ed25519ExportTypes, Ed25519Gettable>()),
       "Ed25519 keys in custody, by reference"},
      {nullptr, nullptr, nullptr, nullptr}};
  return algorithms;
}

}  // namespace dkimkeeper::provider

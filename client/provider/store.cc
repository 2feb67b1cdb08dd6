// The store of `dkimkeeper:` URIs, provider-storemgmt(7): one key each, as the agent knows it now.
#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/store.h>

#include <array>

#include "client/provider/dispatch.h"
#include "client/provider/reference_key.h"

namespace dkimkeeper::provider {
namespace {

struct Loader {
  ContextShare provider;
  Reference reference;
  bool at_end = false;
};

Loader& Of(void* loader) { return *static_cast<Loader*>(loader); }

void* Open(void* handle, const char* uri) {
  const ContextShare& provider = ContextOf(handle);
  auto reference = Reference::Parse(uri);
  if (reference) return new Loader{provider, *std::move(reference)};
  provider->Complain(Complaint::kReference, reference.error().message);
  return nullptr;
}

int Load(void* handle, OSSL_CALLBACK* callback, void* argument, OSSL_PASSPHRASE_CALLBACK* /*pass*/,
         void* /*pass_argument*/) {
  Loader& loader = Of(handle);
  loader.at_end = true;
  const Reference& reference = loader.reference;
  const auto found = loader.provider->client().Find({reference.domain(), reference.selector()});
  if (!found) {
    loader.provider->Complain(Complaint::kAgent,
                              found.error().reason + ": " + found.error().message);
    return 0;
  }
  KeyShare key = ReferenceKey::Make(loader.provider, {reference, found->public_key});
  if (key) return HandOver(std::move(key), callback, argument);
  loader.provider->Complain(Complaint::kAgent, "the agent's public key for " + reference.Uri() +
                                                   " is none; is it of another version?");
  return 0;
}

int AtEnd(void* loader) { return Of(loader).at_end ? 1 : 0; }

int Close(void* loader) {
  delete &Of(loader);
  return 1;
}

// There are keys only: whoever wants something else is at the end at once.
int SetParams(void* loader, const OSSL_PARAM parameters[]) {
  const OSSL_PARAM* expected = OSSL_PARAM_locate_const(parameters, OSSL_STORE_PARAM_EXPECT);
  int kind = 0;
  if (expected == nullptr) return 1;
  if (OSSL_PARAM_get_int(expected, &kind) != 1) return 0;
  Of(loader).at_end = kind != 0 && kind != OSSL_STORE_INFO_PKEY && kind != OSSL_STORE_INFO_PUBKEY;
  return 1;
}

const OSSL_PARAM* Settable(void* /*provider*/) {
  static const OSSL_PARAM settable[] = {OSSL_PARAM_int(OSSL_STORE_PARAM_EXPECT, nullptr),
                                        OSSL_PARAM_END};
  return settable;
}

}  // namespace

const OSSL_ALGORITHM* Stores() {
  static const auto functions = std::to_array({
      Row<OSSL_FUNC_store_open_fn>(OSSL_FUNC_STORE_OPEN, Open),
      Row<OSSL_FUNC_store_load_fn>(OSSL_FUNC_STORE_LOAD, Load),
      Row<OSSL_FUNC_store_eof_fn>(OSSL_FUNC_STORE_EOF, AtEnd),
      Row<OSSL_FUNC_store_close_fn>(OSSL_FUNC_STORE_CLOSE, Close),
      Row<OSSL_FUNC_store_set_ctx_params_fn>(OSSL_FUNC_STORE_SET_CTX_PARAMS, SetParams),
      Row<OSSL_FUNC_store_settable_ctx_params_fn>(OSSL_FUNC_STORE_SETTABLE_CTX_PARAMS, Settable),
      kNoMoreRows,
  });
  static const OSSL_ALGORITHM algorithms[] = {
      {"dkimkeeper", "provider=dkimkeeper", functions.data(), "Keys in custody, by reference"},
      {nullptr, nullptr, nullptr, nullptr}};
  return algorithms;
}

}  // namespace dkimkeeper::provider

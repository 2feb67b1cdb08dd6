// dkimkeeper.so: a provider of OpenSSL 3, provider(7).
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

#include <cstdlib>

#include "client/provider/dispatch.h"
#include "client/provider/provider_context.h"
#include "client/provider/provider_options.h"
#include "client/provider/rsa_bridge.h"

namespace dkimkeeper::provider {
namespace {

// Closes no connection and asks nobody: at the end of a process nothing may wait.
void TearDown(void* provider) { delete static_cast<ContextShare*>(provider); }

const OSSL_ALGORITHM* Query(void* /*provider*/, int operation, int* no_cache) {
  *no_cache = 0;
  switch (operation) {
    case OSSL_OP_KEYMGMT:
      return KeyManagements();
    case OSSL_OP_SIGNATURE:
      return Signatures();
    case OSSL_OP_DECODER:
      return Decoders();
    case OSSL_OP_STORE:
      return Stores();
    default:
      return nullptr;
  }
}

const OSSL_PARAM* Gettable(void* /*provider*/) {
  static const OSSL_PARAM gettable[] = {OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_NAME, nullptr, 0),
                                        OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_VERSION, nullptr, 0),
                                        OSSL_PARAM_int(OSSL_PROV_PARAM_STATUS, nullptr),
                                        OSSL_PARAM_END};
  return gettable;
}

int GetParams(void* /*provider*/, OSSL_PARAM parameters[]) {
  OSSL_PARAM* wanted = OSSL_PARAM_locate(parameters, OSSL_PROV_PARAM_NAME);
  if (wanted != nullptr && OSSL_PARAM_set_utf8_ptr(wanted, "DKIM Keeper") != 1) return 0;
  wanted = OSSL_PARAM_locate(parameters, OSSL_PROV_PARAM_VERSION);
  if (wanted != nullptr && OSSL_PARAM_set_utf8_ptr(wanted, DKIMKEEPER_VERSION) != 1) return 0;
  wanted = OSSL_PARAM_locate(parameters, OSSL_PROV_PARAM_STATUS);
  return wanted == nullptr || OSSL_PARAM_set_int(wanted, 1) == 1 ? 1 : 0;
}

const OSSL_ITEM* ReasonStrings(void* /*provider*/) {
  static const auto item = [](Complaint complaint, const char* text) {
    return OSSL_ITEM{static_cast<unsigned int>(complaint), const_cast<char*>(text)};
  };
  static const OSSL_ITEM reasons[] = {
      item(Complaint::kAgent, "no signature from custody"),
      item(Complaint::kPrivateHalf, "the private key is in custody"),
      item(Complaint::kPadding, "padding not supported"),
      item(Complaint::kDigest, "digest not supported"),
      item(Complaint::kInput, "input not supported"),
      item(Complaint::kReference, "bad key reference"),
      item(Complaint::kOption, "bad setting"),
      {0, nullptr}};
  return reasons;
}

const OSSL_DISPATCH* Functions() {
  static const OSSL_DISPATCH functions[] = {
      Row<OSSL_FUNC_provider_teardown_fn>(OSSL_FUNC_PROVIDER_TEARDOWN, TearDown),
      Row<OSSL_FUNC_provider_query_operation_fn>(OSSL_FUNC_PROVIDER_QUERY_OPERATION, Query),
      Row<OSSL_FUNC_provider_gettable_params_fn>(OSSL_FUNC_PROVIDER_GETTABLE_PARAMS, Gettable),
      Row<OSSL_FUNC_provider_get_params_fn>(OSSL_FUNC_PROVIDER_GET_PARAMS, GetParams),
      Row<OSSL_FUNC_provider_get_reason_strings_fn>(OSSL_FUNC_PROVIDER_GET_REASON_STRINGS,
                                                    ReasonStrings),
      kNoMoreRows};
  return functions;
}

bool Configure(ProviderContext& provider) {
  auto options = ReadOptions({.agent_socket = provider.Setting("agent_socket"),
                              .limit_ms = provider.Setting("limit_ms"),
                              .rsa_bridge = provider.Setting("rsa_bridge"),
                              .environment_socket = secure_getenv("DKIMKEEPER_AGENT_SOCKET")});
  if (!options) return provider.Complain(Complaint::kOption, options.error().message);
  const bool bridge = options->rsa_bridge;
  provider.Configure(*std::move(options));
  return !bridge || InstallRsaBridge();
}

}  // namespace
}  // namespace dkimkeeper::provider

extern "C" __attribute__((visibility("default"))) int OSSL_provider_init(
    const OSSL_CORE_HANDLE* handle, const OSSL_DISPATCH* in, const OSSL_DISPATCH** out,
    void** provider_context) {
  using namespace dkimkeeper::provider;
  ContextShare provider = ProviderContext::Make(handle, in);
  if (!provider || !Configure(*provider)) return 0;
  *provider_context = new ContextShare(std::move(provider));
  *out = Functions();
  return 1;
}

#include "client/provider/provider_context.h"

#include <openssl/crypto.h>
#include <openssl/params.h>

#include <cstdarg>

namespace dkimkeeper::provider {
namespace {

using NewError = OSSL_FUNC_core_new_error_fn;
using SetError = OSSL_FUNC_core_vset_error_fn;

// The core takes a va_list only.
void SetErrorText(SetError* set, const OSSL_CORE_HANDLE* core, int reason, const char* format,
                  ...) {
  va_list arguments;
  va_start(arguments, format);
  set(core, static_cast<std::uint32_t>(reason), format, arguments);
  va_end(arguments);
}

}  // namespace

ProviderContext::ProviderContext(const OSSL_CORE_HANDLE* core, const OSSL_DISPATCH* functions)
    : core_(core), library_(OSSL_LIB_CTX_new_from_dispatch(core, functions)) {
  for (; functions->function_id != 0; ++functions) {
    if (functions->function_id == OSSL_FUNC_CORE_GET_PARAMS) {
      get_params_ = OSSL_FUNC_core_get_params(functions);
    } else if (functions->function_id == OSSL_FUNC_CORE_NEW_ERROR) {
      new_error_ = OSSL_FUNC_core_new_error(functions);
    } else if (functions->function_id == OSSL_FUNC_CORE_VSET_ERROR) {
      set_error_ = OSSL_FUNC_core_vset_error(functions);
    }
  }
  if (library_) sha256_.reset(EVP_MD_fetch(library_.get(), "SHA256", nullptr));
}

std::shared_ptr<ProviderContext> ProviderContext::Make(const OSSL_CORE_HANDLE* core,
                                                       const OSSL_DISPATCH* functions) {
  std::shared_ptr<ProviderContext> context(new ProviderContext(core, functions));
  const bool whole = context->get_params_ != nullptr && context->new_error_ != nullptr &&
                     context->set_error_ != nullptr && context->sha256_ != nullptr;
  return whole ? context : nullptr;
}

bool ProviderContext::Complain(Complaint complaint, const std::string& sentence) const {
  new_error_(core_);
  SetErrorText(set_error_, core_, static_cast<int>(complaint), "%s", sentence.c_str());
  return false;
}

void ProviderContext::Configure(ProviderOptions options) {
  options_ = std::move(options);
  client_ = std::make_unique<ReferenceClient>(options_.client);
}

const char* ProviderContext::Setting(const char* name) const {
  char* value = nullptr;
  OSSL_PARAM wanted[] = {OSSL_PARAM_construct_utf8_ptr(name, &value, 0),
                         OSSL_PARAM_construct_end()};
  return get_params_(core_, wanted) == 1 ? value : nullptr;
}

}  // namespace dkimkeeper::provider

#include "hsm/pkcs11/module.h"

#include <dlfcn.h>
#include <libp11.h>
#include <openssl/err.h>

#include <span>
#include <system_error>
#include <vector>

#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

tl::unexpected<Trouble> ModuleMissing(const std::filesystem::path& library, std::string_view why) {
  return Refuse(Code::kFailedPrecondition, reason::kModuleMissing,
                "The PKCS#11 module " + library.string() + " " + std::string(why) +
                    ": install it or correct the token's `module`.");
}

// libp11 keeps the CK_RV of a failed call in OpenSSL's error queue of this thread.
CK_RV TakeLibp11Error() {
  const int code = ERR_get_CKR_code();
  ERR_clear_error();
  return code <= 0 ? CKR_GENERAL_ERROR : static_cast<CK_RV>(code);
}

// The slots with their tokens, as libp11 sees them.
class Slots {
 public:
  explicit Slots(PKCS11_CTX* context) : context_(context) {}
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;
  ~Slots() {
    if (slots_ != nullptr) PKCS11_release_all_slots(context_, slots_, count_);
  }

  [[nodiscard]] bool Enumerate() { return PKCS11_enumerate_slots(context_, &slots_, &count_) == 0; }
  [[nodiscard]] std::span<PKCS11_SLOT> all() { return {slots_, count_}; }

 private:
  PKCS11_CTX* context_;
  PKCS11_SLOT* slots_ = nullptr;
  unsigned count_ = 0;
};

std::string Text(const char* text) { return text == nullptr ? std::string() : std::string(text); }

std::vector<TokenDescription> Describe(Slots& slots) {
  std::vector<TokenDescription> tokens;
  for (PKCS11_SLOT& slot : slots.all()) {
    const PKCS11_TOKEN* token = slot.token;
    if (token == nullptr || token->initialized == 0) continue;
    tokens.push_back({PKCS11_get_slotid_from_slot(&slot), Text(token->label),
                      Text(token->manufacturer), Text(token->model), Text(token->serialnr)});
  }
  return tokens;
}

bool Matches(const TokenDescription& token, const TokenSelector& selector) {
  return (selector.label.empty() || token.label == selector.label) &&
         (selector.serial.empty() || token.serial == selector.serial);
}

std::string Names(const std::vector<TokenDescription>& tokens) {
  std::string names;
  for (const TokenDescription& token : tokens) {
    if (!names.empty()) names += ", ";
    names += "\"" + token.label + "\" (serial " + token.serial + ")";
  }
  return names.empty() ? "none" : names;
}

std::string Wanted(const TokenSelector& selector) {
  std::string text;
  if (!selector.label.empty()) text += " with label \"" + selector.label + "\"";
  if (!selector.serial.empty()) text += " with serial " + selector.serial;
  return text;
}

}  // namespace

Attempt<std::unique_ptr<Module>> Module::Load(const std::filesystem::path& library,
                                              const Interceptor& interceptor) {
  std::error_code ignored;
  if (!std::filesystem::exists(library, ignored)) return ModuleMissing(library, "does not exist");

  std::unique_ptr<Module> module(new Module());
  module->library_ = library;
  module->context_ = PKCS11_CTX_new();
  // libp11 reports a file that is no module and a module that will not start in the same way.
  // Once loaded it stays: what a module leaves in a thread or at exit points into its code. With
  // opencryptoki, a library loaded anew finds the old one's transactions and crashes.
  void* probe = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  module->library_handle_ = probe;
  if (probe == nullptr || dlsym(probe, "C_GetFunctionList") == nullptr) {
    return ModuleMissing(library, "cannot be loaded as a PKCS#11 module");
  }
  if (PKCS11_CTX_load(module->context_, library.c_str()) != 0) {
    return TokenSaid(TakeLibp11Error(), "C_Initialize", Phase::kStartUp);
  }
  module->initialised_ = true;

  auto get_list = reinterpret_cast<CK_C_GetFunctionList>(dlsym(probe, "C_GetFunctionList"));
  CK_FUNCTION_LIST* list = nullptr;
  if (get_list(&list) != CKR_OK || list == nullptr) {
    return ModuleMissing(library, "has no function list");
  }
  module->calls_ = *list;
  if (interceptor) interceptor(module->calls_);
  return module;
}

Module::~Module() {
  if (initialised_) PKCS11_CTX_unload(context_);
  PKCS11_CTX_free(context_);
  if (library_handle_ != nullptr) dlclose(library_handle_);
}

Attempt<TokenDescription> Module::FindToken(const TokenSelector& selector) {
  Slots slots(context_);
  if (!slots.Enumerate()) return TokenSaid(TakeLibp11Error(), "C_GetSlotList", Phase::kStartUp);
  const std::vector<TokenDescription> tokens = Describe(slots);
  std::vector<TokenDescription> matching;
  for (const TokenDescription& token : tokens) {
    if (Matches(token, selector)) matching.push_back(token);
  }
  if (matching.empty()) {
    return Refuse(Code::kFailedPrecondition, reason::kTokenNotFound,
                  "The module " + library_.string() + " shows no initialised token" +
                      Wanted(selector) + "; it shows: " + Names(tokens) +
                      ". Correct the token's `label` or `serial`, or attach the token.");
  }
  if (matching.size() > 1) {
    return Refuse(Code::kFailedPrecondition, reason::kTokenAmbiguous,
                  "Several tokens match" + Wanted(selector) + ": " + Names(matching) +
                      ". Name the token's `serial`.");
  }
  return matching.front();
}

Attempt<void> Module::Reinitialise() {
  // Whatever it answers, what counts is the C_Initialize.
  static_cast<void>(calls_.C_Finalize(nullptr));
  CK_C_INITIALIZE_ARGS arguments = {};
  arguments.flags = CKF_OS_LOCKING_OK;
  const CK_RV rv = calls_.C_Initialize(&arguments);
  if (Treat(rv, Phase::kStartUp).recovery != Recovery::kSuccess) {
    return TokenSaid(rv, "C_Initialize", Phase::kStartUp);
  }
  return {};
}

}  // namespace dkimkeeper::pkcs11

// A PKCS#11 module in this process.
#ifndef HSM_PKCS11_MODULE_H_
#define HSM_PKCS11_MODULE_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "hsm/pkcs11/attempt.h"
#include "hsm/pkcs11/cryptoki.h"
#include "hsm/pkcs11/token_selector.h"

struct PKCS11_ctx_st;

namespace dkimkeeper::pkcs11 {

struct TokenDescription {
  CK_SLOT_ID slot = 0;
  std::string label, manufacturer, model, serial;
};

// The loaded library, initialised with OS locking (PKCS#11 2.40 §5.4). libp11 loads it and finds
// tokens; everything else goes through calls(), the same instance's own function list.
//
// Login state and sessions belong to the process, so one Module per library and process. calls() is
// thread-safe; FindToken and Reinitialise close every session and are for one thread, while no
// other is inside the module.
class Module {
 public:
  // Changes the function list before anybody uses it: where tests put their faults.
  using Interceptor = std::function<void(CK_FUNCTION_LIST&)>;

  // FAILED_PRECONDITION/MODULE_MISSING for a file that is not there or is no PKCS#11 module;
  // trouble of the start-up phase for what C_Initialize says.
  [[nodiscard]] static Attempt<std::unique_ptr<Module>> Load(const std::filesystem::path& library,
                                                             const Interceptor& interceptor);
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  // Finalises the module for the whole process; its code stays mapped. No session may be in use.
  ~Module();

  [[nodiscard]] const CK_FUNCTION_LIST& calls() const { return calls_; }

  // The one initialised token that matches. FAILED_PRECONDITION/TOKEN_NOT_FOUND and
  // /TOKEN_AMBIGUOUS name the tokens that are there.
  [[nodiscard]] Attempt<TokenDescription> FindToken(const TokenSelector& selector);

  // C_Finalize and C_Initialize: all sessions, handles and the login are gone afterwards.
  [[nodiscard]] Attempt<void> Reinitialise();

 private:
  Module() = default;

  std::filesystem::path library_;
  PKCS11_ctx_st* context_ = nullptr;
  bool initialised_ = false;  // by libp11, which then unloads it too
  void* library_handle_ = nullptr;
  CK_FUNCTION_LIST calls_ = {};
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_MODULE_H_

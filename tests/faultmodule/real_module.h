// The module that does the work, and what faults make of it.
#ifndef TESTS_FAULTMODULE_REAL_MODULE_H_
#define TESTS_FAULTMODULE_REAL_MODULE_H_

#include <p11-kit/pkcs11.h>

#include <string>

namespace dkimkeeper::faultmodule {

// Thread-safe as far as the module is. Stays loaded for ever.
class RealModule {
 public:
  // Throws std::runtime_error when `path` is no module.
  explicit RealModule(const std::string& path);

  [[nodiscard]] const CK_FUNCTION_LIST& calls() const { return *calls_; }

  // Closes every session of this process with every token, and so ends its logins.
  void DropSessions() const;

  // Another object of the same class and key type, or `object` itself where there is none.
  [[nodiscard]] CK_OBJECT_HANDLE OtherThan(CK_OBJECT_HANDLE object,
                                           CK_SESSION_HANDLE session) const;

 private:
  CK_FUNCTION_LIST* calls_ = nullptr;
};

}  // namespace dkimkeeper::faultmodule

#endif  // TESTS_FAULTMODULE_REAL_MODULE_H_

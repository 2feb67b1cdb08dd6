// A PKCS#11 module of a few lines, for what SoftHSM never does.
#ifndef TESTS_UNIT_HSM_MODULE_STUB_H_
#define TESTS_UNIT_HSM_MODULE_STUB_H_

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "hsm/pkcs11/cryptoki.h"

namespace dkimkeeper::pkcs11 {

// Sessions, attributes and mechanisms by table. One at a time in a process; thread-safe where
// sessions are concerned, the tables are for one thread.
class ModuleStub {
 public:
  ModuleStub();
  ModuleStub(const ModuleStub&) = delete;
  ModuleStub& operator=(const ModuleStub&) = delete;
  ~ModuleStub();

  [[nodiscard]] const CK_FUNCTION_LIST& calls() const { return calls_; }

  // --- Sessions
  std::size_t max_sessions = 1000;
  [[nodiscard]] std::size_t open_sessions() const;
  [[nodiscard]] unsigned opened() const;

  // --- Attributes of the one object
  std::map<CK_ATTRIBUTE_TYPE, std::string> attributes;
  // Answers CKR_ATTRIBUTE_TYPE_INVALID at the first missing one and leaves the rest as it is.
  bool stops_at_missing = false;

  // --- Mechanisms
  std::map<CK_MECHANISM_TYPE, CK_MECHANISM_INFO> mechanisms;

  // For the functions in the list; not for tests.
  CK_RV Open(CK_FLAGS flags, CK_SESSION_HANDLE* handle);
  CK_RV Close(CK_SESSION_HANDLE handle);
  CK_RV GetAttributes(CK_ATTRIBUTE* wanted, CK_ULONG count);

 private:
  CK_FUNCTION_LIST calls_ = {};
  mutable std::mutex mutex_;
  std::set<CK_SESSION_HANDLE> sessions_;
  CK_SESSION_HANDLE last_ = 0;
};

}  // namespace dkimkeeper::pkcs11

#endif  // TESTS_UNIT_HSM_MODULE_STUB_H_

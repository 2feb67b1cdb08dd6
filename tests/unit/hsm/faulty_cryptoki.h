// Faults between our code and a real PKCS#11 module.
#ifndef TESTS_UNIT_HSM_FAULTY_CRYPTOKI_H_
#define TESTS_UNIT_HSM_FAULTY_CRYPTOKI_H_

#include <deque>
#include <functional>
#include <map>
#include <mutex>

#include "hsm/pkcs11/cryptoki.h"
#include "hsm/pkcs11/module.h"

namespace dkimkeeper::pkcs11 {

enum class Function : std::uint8_t {
  kInitialize,
  kFinalize,
  kGetTokenInfo,
  kOpenSession,
  kCloseSession,
  kGetSessionInfo,
  kLogin,
  kFindObjectsInit,
  kGetAttributeValue,
  kGenerateKeyPair,
  kDestroyObject,
  kSignInit,
  kSign,
};

// Stands in the function list of one module and counts, fails or spoils its calls. `nth` counts
// calls of that function from now: 1 is the next. Thread-safe; one at a time in a process; must
// outlive the module.
class FaultyCryptoki {
 public:
  FaultyCryptoki();
  FaultyCryptoki(const FaultyCryptoki&) = delete;
  FaultyCryptoki& operator=(const FaultyCryptoki&) = delete;
  ~FaultyCryptoki();

  [[nodiscard]] Module::Interceptor interceptor();

  // The module is not called.
  void Fail(Function function, CK_RV rv, unsigned nth = 1, unsigned times = 1);
  // The module does its work, then the answer is replaced.
  void FailAfterwards(Function function, CK_RV rv, unsigned nth = 1);
  // `act` runs before the call, without any lock held here.
  void Before(Function function, std::function<void()> act, unsigned nth = 1);

  // The next `times` signatures have a wrong byte.
  void CorruptSignatures(unsigned times);
  // The next C_SignInit uses this key instead.
  void SignWith(CK_OBJECT_HANDLE key);
  // The next `times` searches that find something find this object first.
  void FindInstead(CK_OBJECT_HANDLE object, unsigned times);
  // From now on C_GenerateKeyPair is told that the private half has this attribute so.
  void SpoilPrivateTemplate(CK_ATTRIBUTE_TYPE type, bool value);
  // From now on C_GetTokenInfo shows these flags too.
  void AddTokenFlags(CK_FLAGS flags);

  [[nodiscard]] unsigned calls(Function function) const;

  // Of the last session that was opened.
  [[nodiscard]] CK_SLOT_ID slot() const;

  // The module's own functions.
  [[nodiscard]] const CK_FUNCTION_LIST& original() const { return original_; }

  // For the functions in the list; not for tests.
  CK_RV Around(Function function, const std::function<CK_RV()>& call);
  [[nodiscard]] bool TakeCorruption();
  [[nodiscard]] CK_OBJECT_HANDLE TakeKey(CK_OBJECT_HANDLE key);
  [[nodiscard]] CK_OBJECT_HANDLE TakeFound(CK_OBJECT_HANDLE found);
  void Spoil(CK_ATTRIBUTE* attributes, CK_ULONG count);
  [[nodiscard]] CK_FLAGS token_flags() const;
  void NoteSlot(CK_SLOT_ID slot);

 private:
  struct Fault {
    Function function;
    unsigned at;
    CK_RV rv = CKR_OK;
    bool afterwards = false;
    std::function<void()> before = nullptr;
  };

  mutable std::mutex mutex_;
  CK_FUNCTION_LIST original_ = {};
  std::map<Function, unsigned> counters_;
  std::deque<Fault> faults_;
  unsigned corruptions_ = 0;
  CK_OBJECT_HANDLE sign_with_ = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE find_instead_ = CK_INVALID_HANDLE;
  unsigned misses_ = 0;
  std::map<CK_ATTRIBUTE_TYPE, CK_BBOOL> spoiled_;
  CK_FLAGS token_flags_ = 0;
  CK_SLOT_ID slot_ = 0;
};

}  // namespace dkimkeeper::pkcs11

#endif  // TESTS_UNIT_HSM_FAULTY_CRYPTOKI_H_

#include "tests/faultmodule/real_module.h"

#include <dlfcn.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace dkimkeeper::faultmodule {

RealModule::RealModule(const std::string& path) {
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  void* const symbol = library == nullptr ? nullptr : ::dlsym(library, "C_GetFunctionList");
  const auto get_list = reinterpret_cast<CK_C_GetFunctionList>(symbol);
  if (get_list == nullptr || get_list(&calls_) != CKR_OK) {
    throw std::runtime_error("FAULTMODULE_REAL=" + path + " is no PKCS#11 module");
  }
}

void RealModule::DropSessions() const {
  CK_ULONG count = 0;
  if (calls_->C_GetSlotList(CK_TRUE, nullptr, &count) != CKR_OK) return;
  std::vector<CK_SLOT_ID> slots(count);
  if (calls_->C_GetSlotList(CK_TRUE, slots.data(), &count) != CKR_OK) return;
  slots.resize(count);
  for (const CK_SLOT_ID slot : slots) calls_->C_CloseAllSessions(slot);
}

CK_OBJECT_HANDLE RealModule::OtherThan(CK_OBJECT_HANDLE object, CK_SESSION_HANDLE session) const {
  CK_OBJECT_CLASS object_class = 0;
  CK_KEY_TYPE type = 0;
  std::array match = {CK_ATTRIBUTE{CKA_CLASS, &object_class, sizeof(object_class)},
                      CK_ATTRIBUTE{CKA_KEY_TYPE, &type, sizeof(type)}};
  CK_SESSION_INFO info = {};
  CK_SESSION_HANDLE own = CK_INVALID_HANDLE;
  // `session` may be in the middle of a search of its own.
  if (calls_->C_GetAttributeValue(session, object, match.data(), match.size()) != CKR_OK ||
      calls_->C_GetSessionInfo(session, &info) != CKR_OK ||
      calls_->C_OpenSession(info.slotID, CKF_SERIAL_SESSION, nullptr, nullptr, &own) != CKR_OK) {
    return object;
  }
  std::array<CK_OBJECT_HANDLE, 2> found = {};
  CK_ULONG count = 0;
  if (calls_->C_FindObjectsInit(own, match.data(), match.size()) == CKR_OK) {
    calls_->C_FindObjects(own, found.data(), found.size(), &count);
  }
  calls_->C_CloseSession(own);
  for (CK_ULONG i = 0; i < count; ++i) {
    if (found[i] != object) return found[i];
  }
  return object;
}

}  // namespace dkimkeeper::faultmodule

#include "tests/unit/hsm/module_stub.h"

#include <algorithm>
#include <stdexcept>

namespace dkimkeeper::pkcs11 {
namespace {

// C functions have no `this`.
ModuleStub* g_active = nullptr;

CK_RV OpenSession(CK_SLOT_ID, CK_FLAGS flags, void*, CK_NOTIFY, CK_SESSION_HANDLE* handle) {
  return g_active->Open(flags, handle);
}

CK_RV CloseSession(CK_SESSION_HANDLE handle) { return g_active->Close(handle); }

CK_RV GetAttributeValue(CK_SESSION_HANDLE, CK_OBJECT_HANDLE, CK_ATTRIBUTE* wanted, CK_ULONG count) {
  return g_active->GetAttributes(wanted, count);
}

CK_RV GetMechanismList(CK_SLOT_ID, CK_MECHANISM_TYPE* list, CK_ULONG* count) {
  if (list != nullptr) {
    for (const auto& [type, info] : g_active->mechanisms) *list++ = type;
  }
  *count = g_active->mechanisms.size();
  return CKR_OK;
}

CK_RV GetMechanismInfo(CK_SLOT_ID, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO* info) {
  const auto found = g_active->mechanisms.find(type);
  if (found == g_active->mechanisms.end()) return CKR_MECHANISM_INVALID;
  *info = found->second;
  return CKR_OK;
}

}  // namespace

ModuleStub::ModuleStub() {
  if (g_active != nullptr) throw std::logic_error("one ModuleStub at a time");
  g_active = this;
  calls_.C_OpenSession = OpenSession;
  calls_.C_CloseSession = CloseSession;
  calls_.C_GetAttributeValue = GetAttributeValue;
  calls_.C_GetMechanismList = GetMechanismList;
  calls_.C_GetMechanismInfo = GetMechanismInfo;
}

ModuleStub::~ModuleStub() { g_active = nullptr; }

std::size_t ModuleStub::open_sessions() const {
  const std::lock_guard lock(mutex_);
  return sessions_.size();
}

unsigned ModuleStub::opened() const {
  const std::lock_guard lock(mutex_);
  return static_cast<unsigned>(last_);
}

CK_RV ModuleStub::Open(CK_FLAGS flags, CK_SESSION_HANDLE* handle) {
  if ((flags & CKF_SERIAL_SESSION) == 0) return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= max_sessions) return CKR_SESSION_COUNT;
  *handle = ++last_;
  sessions_.insert(*handle);
  return CKR_OK;
}

CK_RV ModuleStub::Close(CK_SESSION_HANDLE handle) {
  const std::lock_guard lock(mutex_);
  return sessions_.erase(handle) == 1 ? CKR_OK : CKR_SESSION_HANDLE_INVALID;
}

CK_RV ModuleStub::GetAttributes(CK_ATTRIBUTE* wanted, CK_ULONG count) {
  CK_RV rv = CKR_OK;
  for (CK_ULONG i = 0; i < count; ++i) {
    CK_ATTRIBUTE& attribute = wanted[i];
    const auto found = attributes.find(attribute.type);
    if (found == attributes.end()) {
      attribute.ulValueLen = CK_UNAVAILABLE_INFORMATION;
      rv = CKR_ATTRIBUTE_TYPE_INVALID;
      if (stops_at_missing) return rv;
    } else if (attribute.pValue != nullptr && attribute.ulValueLen < found->second.size()) {
      attribute.ulValueLen = CK_UNAVAILABLE_INFORMATION;
      rv = CKR_BUFFER_TOO_SMALL;
    } else {
      if (attribute.pValue != nullptr) {
        std::copy(found->second.begin(), found->second.end(), static_cast<char*>(attribute.pValue));
      }
      attribute.ulValueLen = found->second.size();
    }
  }
  return rv;
}

}  // namespace dkimkeeper::pkcs11

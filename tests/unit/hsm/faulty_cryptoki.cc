#include "tests/unit/hsm/faulty_cryptoki.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dkimkeeper::pkcs11 {
namespace {

// C functions have no `this`.
FaultyCryptoki* g_active = nullptr;

template <Function kFunction, auto kMember>
struct Counted;

template <Function kFunction, typename... Args, CK_RV (*CK_FUNCTION_LIST::*kMember)(Args...)>
struct Counted<kFunction, kMember> {
  static CK_RV Call(Args... args) {
    return g_active->Around(kFunction, [&] { return (g_active->original().*kMember)(args...); });
  }
};

template <Function kFunction, auto kMember>
void Count(CK_FUNCTION_LIST& list) {
  list.*kMember = &Counted<kFunction, kMember>::Call;
}

CK_RV GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO* info) {
  const CK_RV rv = g_active->Around(
      Function::kGetTokenInfo, [&] { return g_active->original().C_GetTokenInfo(slot, info); });
  info->flags |= g_active->token_flags();
  return rv;
}

CK_RV OpenSession(CK_SLOT_ID slot, CK_FLAGS flags, void* application, CK_NOTIFY notify,
                  CK_SESSION_HANDLE* session) {
  g_active->NoteSlot(slot);
  return g_active->Around(Function::kOpenSession, [&] {
    return g_active->original().C_OpenSession(slot, flags, application, notify, session);
  });
}

CK_RV FindObjects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE* objects, CK_ULONG most,
                  CK_ULONG* count) {
  const CK_RV rv = g_active->original().C_FindObjects(session, objects, most, count);
  if (rv == CKR_OK && *count > 0) objects[0] = g_active->TakeFound(objects[0]);
  return rv;
}

CK_RV SignInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  return g_active->Around(Function::kSignInit, [&] {
    return g_active->original().C_SignInit(session, mechanism, g_active->TakeKey(key));
  });
}

CK_RV Sign(CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG size, CK_BYTE* signature,
           CK_ULONG* signature_size) {
  const CK_RV rv = g_active->Around(Function::kSign, [&] {
    return g_active->original().C_Sign(session, data, size, signature, signature_size);
  });
  if (rv == CKR_OK && g_active->TakeCorruption()) signature[*signature_size / 2] ^= 1;
  return rv;
}

CK_RV GenerateKeyPair(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism,
                      CK_ATTRIBUTE* public_template, CK_ULONG public_count,
                      CK_ATTRIBUTE* private_template, CK_ULONG private_count,
                      CK_OBJECT_HANDLE* public_key, CK_OBJECT_HANDLE* private_key) {
  return g_active->Around(Function::kGenerateKeyPair, [&] {
    g_active->Spoil(private_template, private_count);
    return g_active->original().C_GenerateKeyPair(session, mechanism, public_template, public_count,
                                                  private_template, private_count, public_key,
                                                  private_key);
  });
}

}  // namespace

FaultyCryptoki::FaultyCryptoki() {
  if (g_active != nullptr) throw std::logic_error("one FaultyCryptoki at a time");
  g_active = this;
}

FaultyCryptoki::~FaultyCryptoki() { g_active = nullptr; }

Module::Interceptor FaultyCryptoki::interceptor() {
  return [this](CK_FUNCTION_LIST& list) {
    original_ = list;
    Count<Function::kInitialize, &CK_FUNCTION_LIST::C_Initialize>(list);
    Count<Function::kFinalize, &CK_FUNCTION_LIST::C_Finalize>(list);
    Count<Function::kCloseSession, &CK_FUNCTION_LIST::C_CloseSession>(list);
    Count<Function::kGetSessionInfo, &CK_FUNCTION_LIST::C_GetSessionInfo>(list);
    Count<Function::kLogin, &CK_FUNCTION_LIST::C_Login>(list);
    Count<Function::kFindObjectsInit, &CK_FUNCTION_LIST::C_FindObjectsInit>(list);
    Count<Function::kGetAttributeValue, &CK_FUNCTION_LIST::C_GetAttributeValue>(list);
    Count<Function::kDestroyObject, &CK_FUNCTION_LIST::C_DestroyObject>(list);
    list.C_GetTokenInfo = GetTokenInfo;
    list.C_OpenSession = OpenSession;
    list.C_FindObjects = FindObjects;
    list.C_GenerateKeyPair = GenerateKeyPair;
    list.C_SignInit = SignInit;
    list.C_Sign = Sign;
  };
}

void FaultyCryptoki::Fail(Function function, CK_RV rv, unsigned nth, unsigned times) {
  const std::lock_guard lock(mutex_);
  for (unsigned i = 0; i < times; ++i) {
    faults_.push_back({.function = function, .at = counters_[function] + nth + i, .rv = rv});
  }
}

void FaultyCryptoki::FailAfterwards(Function function, CK_RV rv, unsigned nth) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(
      {.function = function, .at = counters_[function] + nth, .rv = rv, .afterwards = true});
}

void FaultyCryptoki::Before(Function function, std::function<void()> act, unsigned nth) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(
      {.function = function, .at = counters_[function] + nth, .before = std::move(act)});
}

void FaultyCryptoki::CorruptSignatures(unsigned times) {
  const std::lock_guard lock(mutex_);
  corruptions_ = times;
}

void FaultyCryptoki::SignWith(CK_OBJECT_HANDLE key) {
  const std::lock_guard lock(mutex_);
  sign_with_ = key;
}

void FaultyCryptoki::FindInstead(CK_OBJECT_HANDLE object, unsigned times) {
  const std::lock_guard lock(mutex_);
  find_instead_ = object;
  misses_ = times;
}

void FaultyCryptoki::SpoilPrivateTemplate(CK_ATTRIBUTE_TYPE type, bool value) {
  const std::lock_guard lock(mutex_);
  spoiled_[type] = value ? CK_TRUE : CK_FALSE;
}

void FaultyCryptoki::AddTokenFlags(CK_FLAGS flags) {
  const std::lock_guard lock(mutex_);
  token_flags_ = flags;
}

unsigned FaultyCryptoki::calls(Function function) const {
  const std::lock_guard lock(mutex_);
  const auto counter = counters_.find(function);
  return counter == counters_.end() ? 0 : counter->second;
}

CK_RV FaultyCryptoki::Around(Function function, const std::function<CK_RV()>& call) {
  std::optional<Fault> fault;
  {
    const std::lock_guard lock(mutex_);
    const unsigned number = ++counters_[function];
    const auto due = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& candidate) {
      return candidate.function == function && candidate.at == number;
    });
    if (due != faults_.end()) {
      fault = std::move(*due);
      faults_.erase(due);
    }
  }
  if (!fault) return call();
  if (fault->before) {
    fault->before();
    return call();
  }
  if (fault->afterwards) static_cast<void>(call());
  return fault->rv;
}

bool FaultyCryptoki::TakeCorruption() {
  const std::lock_guard lock(mutex_);
  if (corruptions_ == 0) return false;
  --corruptions_;
  return true;
}

CK_OBJECT_HANDLE FaultyCryptoki::TakeKey(CK_OBJECT_HANDLE key) {
  const std::lock_guard lock(mutex_);
  const CK_OBJECT_HANDLE other = std::exchange(sign_with_, CK_INVALID_HANDLE);
  return other == CK_INVALID_HANDLE ? key : other;
}

CK_OBJECT_HANDLE FaultyCryptoki::TakeFound(CK_OBJECT_HANDLE found) {
  const std::lock_guard lock(mutex_);
  if (misses_ == 0) return found;
  --misses_;
  return find_instead_;
}

void FaultyCryptoki::Spoil(CK_ATTRIBUTE* attributes, CK_ULONG count) {
  const std::lock_guard lock(mutex_);
  for (CK_ULONG i = 0; i < count; ++i) {
    const auto spoiled = spoiled_.find(attributes[i].type);
    if (spoiled != spoiled_.end()) attributes[i].pValue = &spoiled->second;
  }
}

void FaultyCryptoki::NoteSlot(CK_SLOT_ID slot) {
  const std::lock_guard lock(mutex_);
  slot_ = slot;
}

CK_SLOT_ID FaultyCryptoki::slot() const {
  const std::lock_guard lock(mutex_);
  return slot_;
}

CK_FLAGS FaultyCryptoki::token_flags() const {
  const std::lock_guard lock(mutex_);
  return token_flags_;
}

}  // namespace dkimkeeper::pkcs11

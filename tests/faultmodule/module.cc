// A PKCS#11 module that is another one with faults; see README.md.
#include <p11-kit/pkcs11.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>

#include "tests/faultmodule/acts.h"
#include "tests/faultmodule/call_log.h"
#include "tests/faultmodule/functions.h"
#include "tests/faultmodule/real_module.h"
#include "tests/faultmodule/script.h"

namespace dkimkeeper::faultmodule {
namespace {

constexpr int kExitUnusable = 99;

// A test that lost its faults must not pass.
[[noreturn]] void GiveUp(const std::exception& why) {
  std::cerr << "faultmodule: " << why.what() << '\n';
  ::_exit(kExitUnusable);
}

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// SoftHSM crashes when sessions are closed under a call that makes a key: then the fault would be
// another than the script's. So nobody is inside while they are dropped.
class Door {
 public:
  std::shared_lock<std::shared_mutex> Enter() {
    const std::lock_guard turn(turn_);
    return std::shared_lock(inside_);
  }
  std::unique_lock<std::shared_mutex> Close() {
    const std::lock_guard turn(turn_);
    return std::unique_lock(inside_);
  }

 private:
  std::mutex turn_;  // who closes is not kept waiting by those who come later
  std::shared_mutex inside_;
};

struct Parts {
  RealModule real{Variable("FAULTMODULE_REAL")};
  ScriptFile script{Variable("FAULTMODULE_SCRIPT")};
  CallLog log{Variable("FAULTMODULE_LOG")};
  Door door;
  std::atomic<bool> noticed_gone = false;  // by this process
};

// C functions have no `this`. Lives until the process ends.
Parts& TheParts() {
  try {
    static Parts& parts = *new Parts;
    return parts;
  } catch (const std::exception& wrong) {
    GiveUp(wrong);
  }
}

void DropSessions(Parts& parts) {
  const std::unique_lock closed = parts.door.Close();
  parts.real.DropSessions();
}

const CK_FUNCTION_LIST& Real() { return TheParts().real.calls(); }

std::optional<Fault> Judge(Function called) {
  Parts& parts = TheParts();
  try {
    const std::shared_ptr<Script> script = parts.script.Current();
    if (script == nullptr) return std::nullopt;
    return script->Judge(called, [&](Function function, std::uint64_t nth, std::string_view act) {
      parts.log.Note(NameOf(function), nth, act);
    });
  } catch (const std::exception& wrong) {
    GiveUp(wrong);
  }
}

// What a token that is not there answers; nothing for the calls that need none.
std::optional<CK_RV> AnswerOfNoToken(Function called) {
  switch (called) {
    case Function::C_Initialize:
    case Function::C_Finalize:
    case Function::C_GetInfo:
    case Function::C_CloseSession:
    case Function::C_CloseAllSessions:
      return std::nullopt;
    case Function::C_GetSlotInfo:
    case Function::C_GetTokenInfo:
    case Function::C_GetMechanismList:
    case Function::C_GetMechanismInfo:
    case Function::C_OpenSession:
      return CKR_TOKEN_NOT_PRESENT;
    default:
      return CKR_DEVICE_REMOVED;
  }
}

// Calls the real module through `call`, or does what the script says instead. `special` does the
// acts that need the call's arguments: corrupt, swap, and gone of C_GetSlotList.
template <typename Call, typename Special>
CK_RV Around(Function called, const Call& call, const Special& special) {
  Parts& parts = TheParts();
  const Fault fault = Judge(called).value_or(Fault{});
  const bool gone = fault.act == Act::kGone;
  // A token takes its sessions and its logins along.
  if (parts.noticed_gone.exchange(gone) != gone && gone) DropSessions(parts);
  switch (fault.act) {
    case Act::kLog:
    case Act::kFailAfter:
    case Act::kCorrupt:
    case Act::kSwap:
      break;
    case Act::kFail:
      return fault.number;
    case Act::kSleep:
      WaitFor(fault.number);
      break;
    case Act::kHang:
      Hang();
    case Act::kCrash:
      Crash();
    case Act::kExit:
      Exit(fault.number);
    case Act::kDropSessions:
      DropSessions(parts);
      break;
    case Act::kGone:
      if (called == Function::C_GetSlotList) return special();
      if (const std::optional<CK_RV> answer = AnswerOfNoToken(called)) return *answer;
      break;
  }
  const std::shared_lock inside = parts.door.Enter();
  const bool is_special = fault.act == Act::kCorrupt || fault.act == Act::kSwap;
  const CK_RV answer = is_special ? special() : call();
  return fault.act == Act::kFailAfter ? fault.number : answer;
}

// Any function, by its member of the list.
template <Function called, auto member>
struct Wrapped;
template <Function called, typename... Arguments, CK_RV (*CK_FUNCTION_LIST::*member)(Arguments...)>
struct Wrapped<called, member> {
  static CK_RV Call(Arguments... arguments) {
    const auto real = [&] { return (Real().*member)(arguments...); };
    return Around(called, real, real);
  }
};

CK_RV GetSlotList(CK_BBOOL present, CK_SLOT_ID* slots, CK_ULONG* count) {
  return Around(
      Function::C_GetSlotList, [&] { return Real().C_GetSlotList(present, slots, count); },
      [&] {
        *count = 0;
        return CK_RV{CKR_OK};
      });
}

CK_RV FindObjects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE* objects, CK_ULONG most,
                  CK_ULONG* count) {
  const auto real = [&] { return Real().C_FindObjects(session, objects, most, count); };
  return Around(Function::C_FindObjects, real, [&] {
    const CK_RV rv = real();
    if (rv == CKR_OK && *count > 0) objects[0] = TheParts().real.OtherThan(objects[0], session);
    return rv;
  });
}

CK_RV SignInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  return Around(
      Function::C_SignInit, [&] { return Real().C_SignInit(session, mechanism, key); },
      [&] {
        return Real().C_SignInit(session, mechanism, TheParts().real.OtherThan(key, session));
      });
}

CK_RV Sign(CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG data_size, CK_BYTE* signature,
           CK_ULONG* size) {
  const auto real = [&] { return Real().C_Sign(session, data, data_size, signature, size); };
  return Around(Function::C_Sign, real, [&] {
    const CK_RV rv = real();
    if (rv == CKR_OK && signature != nullptr) signature[*size / 2] ^= 1;
    return rv;
  });
}

// What is not stood in front of stays the real module's own.
CK_FUNCTION_LIST BuildList() {
  CK_FUNCTION_LIST list = Real();
#define FAULTMODULE_WRAP(name) list.name = Wrapped<Function::name, &CK_FUNCTION_LIST::name>::Call;
  FAULTMODULE_FUNCTIONS(FAULTMODULE_WRAP)
#undef FAULTMODULE_WRAP
  list.C_GetFunctionList = ::C_GetFunctionList;
  list.C_GetSlotList = GetSlotList;
  list.C_FindObjects = FindObjects;
  list.C_SignInit = SignInit;
  list.C_Sign = Sign;
  return list;
}

}  // namespace
}  // namespace dkimkeeper::faultmodule

extern "C" __attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
  static CK_FUNCTION_LIST wrapped = dkimkeeper::faultmodule::BuildList();
  *list = &wrapped;
  return CKR_OK;
}

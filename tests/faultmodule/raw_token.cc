#include "tests/faultmodule/raw_token.h"

#include <dlfcn.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace dkimkeeper::faultmodule {
namespace {

void Require(CK_RV rv, const char* call) {
  if (rv != CKR_OK) throw std::runtime_error(std::string(call) + " " + std::to_string(rv));
}

CK_FUNCTION_LIST* Load() {
  void* const library = ::dlopen(DKIMKEEPER_FAULTMODULE, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(::dlerror());
  const auto get_list =
      reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* list = nullptr;
  Require(get_list(&list), "C_GetFunctionList");
  return list;
}

}  // namespace

RawToken::RawToken()
    : script_(softhsm_.directory() / "faults"), log_(softhsm_.directory() / "faults.log") {
  setenv("FAULTMODULE_REAL", SoftHsmTokenDir::module_path().c_str(), 1);
  setenv("FAULTMODULE_SCRIPT", script_.c_str(), 1);
  setenv("FAULTMODULE_LOG", log_.c_str(), 1);
  calls_ = Load();
  Require(calls_->C_Initialize(nullptr), "C_Initialize");
  CK_ULONG count = 1;
  // The first slot has the token; the second is free.
  static_cast<void>(calls_->C_GetSlotList(CK_TRUE, nullptr, &count));
  std::array<CK_SLOT_ID, 2> slots = {};
  count = slots.size();
  Require(calls_->C_GetSlotList(CK_TRUE, slots.data(), &count), "C_GetSlotList");
  slot_ = slots[0];
  Require(Connect(), "C_Login");
  Generate(1);
  Generate(2);
  keys_ = {Find(1), Find(2)};
}

RawToken::~RawToken() { calls_->C_Finalize(nullptr); }

CK_RV RawToken::Connect() {
  const CK_RV rv = calls_->C_OpenSession(slot_, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr,
                                         nullptr, &session_);
  if (rv != CKR_OK) return rv;
  std::string pin = softhsm_.pin();
  const CK_RV login =
      calls_->C_Login(session_, CKU_USER, reinterpret_cast<CK_UTF8CHAR*>(pin.data()), pin.size());
  // SoftHSM gives private objects other handles in each login.
  if (login == CKR_OK) keys_ = {Find(1), Find(2)};
  return login;
}

void RawToken::Generate(unsigned char id) {
  std::string curve =
      "\x13\x0c"
      "edwards25519";
  CK_BBOOL yes = CK_TRUE;
  std::array public_half = {CK_ATTRIBUTE{CKA_TOKEN, &yes, sizeof(yes)},
                            CK_ATTRIBUTE{CKA_EC_PARAMS, curve.data(), curve.size()}};
  std::array private_half = {CK_ATTRIBUTE{CKA_TOKEN, &yes, sizeof(yes)},
                             CK_ATTRIBUTE{CKA_SIGN, &yes, sizeof(yes)},
                             CK_ATTRIBUTE{CKA_ID, &id, sizeof(id)}};
  CK_MECHANISM mechanism = {CKM_EC_EDWARDS_KEY_PAIR_GEN, nullptr, 0};
  CK_OBJECT_HANDLE public_key = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE private_key = CK_INVALID_HANDLE;
  Require(calls_->C_GenerateKeyPair(session_, &mechanism, public_half.data(), public_half.size(),
                                    private_half.data(), private_half.size(), &public_key,
                                    &private_key),
          "C_GenerateKeyPair");
}

Signed RawToken::Sign(std::size_t which) {
  CK_MECHANISM mechanism = {CKM_EDDSA, nullptr, 0};
  Signed result;
  result.rv = calls_->C_SignInit(session_, &mechanism, key(which));
  if (result.rv != CKR_OK) return result;
  std::string text = "a text to sign";
  std::array<CK_BYTE, 64> signature = {};
  CK_ULONG size = signature.size();
  result.rv = calls_->C_Sign(session_, reinterpret_cast<CK_BYTE*>(text.data()), text.size(),
                             signature.data(), &size);
  if (result.rv == CKR_OK) result.signature.assign(signature.begin(), signature.begin() + size);
  return result;
}

CK_OBJECT_HANDLE RawToken::Find(unsigned char id) {
  CK_OBJECT_CLASS object_class = CKO_PRIVATE_KEY;
  std::array match = {CK_ATTRIBUTE{CKA_CLASS, &object_class, sizeof(object_class)},
                      CK_ATTRIBUTE{CKA_ID, &id, sizeof(id)}};
  CK_OBJECT_HANDLE found = CK_INVALID_HANDLE;
  CK_ULONG count = 0;
  Require(calls_->C_FindObjectsInit(session_, match.data(), match.size()), "C_FindObjectsInit");
  Require(calls_->C_FindObjects(session_, &found, 1, &count), "C_FindObjects");
  Require(calls_->C_FindObjectsFinal(session_), "C_FindObjectsFinal");
  return count == 1 ? found : CK_INVALID_HANDLE;
}

void RawToken::WriteScript(const std::string& text) {
  std::filesystem::path fresh = script_;
  fresh += ".new";
  std::ofstream(fresh) << text;
  std::filesystem::rename(fresh, script_);
}

std::string RawToken::TakeLog() {
  std::ostringstream text;
  text << std::ifstream(log_).rdbuf();
  std::filesystem::resize_file(log_, 0);
  return text.str();
}

}  // namespace dkimkeeper::faultmodule

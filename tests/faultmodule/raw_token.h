// SoftHSM behind the fault module, by nothing but calls of PKCS#11.
#ifndef TESTS_FAULTMODULE_RAW_TOKEN_H_
#define TESTS_FAULTMODULE_RAW_TOKEN_H_

#include <p11-kit/pkcs11.h>

#include <array>
#include <filesystem>
#include <string>

#include "tests/fakes/softhsm_token_dir.h"

namespace dkimkeeper::faultmodule {

struct Signed {
  CK_RV rv = CKR_GENERAL_ERROR;  // of C_SignInit or C_Sign, whichever said no first
  std::string signature = {};
};

// Logged in, with two Ed25519 keys. Throws std::runtime_error when any of that fails. One in a
// process, because the fault module reads its environment once. Not thread-safe.
class RawToken {
 public:
  RawToken();
  RawToken(const RawToken&) = delete;
  RawToken& operator=(const RawToken&) = delete;
  ~RawToken();

  [[nodiscard]] const CK_FUNCTION_LIST& calls() const { return *calls_; }
  [[nodiscard]] CK_SESSION_HANDLE session() const { return session_; }
  [[nodiscard]] CK_SLOT_ID slot() const { return slot_; }
  [[nodiscard]] CK_OBJECT_HANDLE key(std::size_t which) const { return keys_.at(which); }

  // Another session, the login, and the keys found again.
  CK_RV Connect();
  // The same text always, so that two signatures of one key are equal.
  Signed Sign(std::size_t which = 0);
  // As C_FindObjects shows it: the first key has CKA_ID 1, the second 2.
  CK_OBJECT_HANDLE Find(unsigned char id);

  // Replaces the script as README.md asks for.
  void WriteScript(const std::string& text);
  // Takes what the log says since it was asked last.
  std::string TakeLog();

 private:
  void Generate(unsigned char id);

  SoftHsmTokenDir softhsm_;
  std::filesystem::path script_, log_;
  CK_FUNCTION_LIST* calls_ = nullptr;
  CK_SLOT_ID slot_ = 0;
  CK_SESSION_HANDLE session_ = CK_INVALID_HANDLE;
  std::array<CK_OBJECT_HANDLE, 2> keys_ = {};
};

}  // namespace dkimkeeper::faultmodule

#endif  // TESTS_FAULTMODULE_RAW_TOKEN_H_

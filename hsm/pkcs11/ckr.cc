#include "hsm/pkcs11/ckr.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>

#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

struct Row {
  CK_RV rv;
  std::string_view name;
  Treatment treatment;
};

// What a code means to callers, by the recovery that has failed when they see it.
constexpr Treatment kSuccess{Recovery::kSuccess, Code::kInternal, reason::kInternal};
constexpr Treatment kRetry{Recovery::kRetry, Code::kUnavailable, reason::kTokenAway};
constexpr Treatment kReplace{Recovery::kReplaceSession, Code::kUnavailable, reason::kTokenAway};
constexpr Treatment kShrink{Recovery::kShrinkPool, Code::kResourceExhausted, reason::kSessionsBusy};
// Not for a key that is gone: that one is not found.
constexpr Treatment kFindAgain{Recovery::kFindKeyAgain, Code::kUnavailable, reason::kTokenAway};
constexpr Treatment kLogIn{Recovery::kLogInAgain, Code::kUnavailable, reason::kTokenAway};
constexpr Treatment kReinitialise{Recovery::kReinitialise, Code::kUnavailable, reason::kTokenAway};
constexpr Treatment kRefused{Recovery::kFail, Code::kFailedPrecondition, reason::kTokenRefused};
constexpr Treatment kUnsupported{Recovery::kFail, Code::kFailedPrecondition,
                                 reason::kAlgorithmUnsupported};
constexpr Treatment kPin{Recovery::kStop, Code::kFailedPrecondition, reason::kPinRefused};
constexpr Treatment kFull{Recovery::kFail, Code::kResourceExhausted, reason::kTokenFull};
constexpr Treatment kUnknown{Recovery::kReplaceThenReinitialise, Code::kInternal,
                             reason::kInternal};

#define KEEPER_ROW(code, treatment) \
  Row { code, #code, treatment }

// PKCS#11 2.40 §5.1. Codes that are not listed are kUnknown.
constexpr std::array kRows = {
    KEEPER_ROW(CKR_OK, kSuccess),
    KEEPER_ROW(CKR_USER_ALREADY_LOGGED_IN, kSuccess),
    KEEPER_ROW(CKR_CRYPTOKI_ALREADY_INITIALIZED, kSuccess),

    KEEPER_ROW(CKR_FUNCTION_FAILED, kRetry),
    KEEPER_ROW(CKR_HOST_MEMORY, kRetry),
    KEEPER_ROW(CKR_DEVICE_MEMORY, kRetry),

    KEEPER_ROW(CKR_SESSION_HANDLE_INVALID, kReplace),
    KEEPER_ROW(CKR_SESSION_CLOSED, kReplace),
    KEEPER_ROW(CKR_OPERATION_ACTIVE, kReplace),
    KEEPER_ROW(CKR_OPERATION_NOT_INITIALIZED, kReplace),
    KEEPER_ROW(CKR_SESSION_COUNT, kShrink),

    KEEPER_ROW(CKR_OBJECT_HANDLE_INVALID, kFindAgain),
    KEEPER_ROW(CKR_KEY_HANDLE_INVALID, kFindAgain),

    KEEPER_ROW(CKR_USER_NOT_LOGGED_IN, kLogIn),

    KEEPER_ROW(CKR_DEVICE_ERROR, kReinitialise),
    KEEPER_ROW(CKR_DEVICE_REMOVED, kReinitialise),
    KEEPER_ROW(CKR_TOKEN_NOT_PRESENT, kReinitialise),
    KEEPER_ROW(CKR_TOKEN_NOT_RECOGNIZED, kReinitialise),
    KEEPER_ROW(CKR_SLOT_ID_INVALID, kReinitialise),
    KEEPER_ROW(CKR_GENERAL_ERROR, kReinitialise),
    KEEPER_ROW(CKR_CRYPTOKI_NOT_INITIALIZED, kReinitialise),

    KEEPER_ROW(CKR_PIN_INCORRECT, kPin),
    KEEPER_ROW(CKR_PIN_INVALID, kPin),
    KEEPER_ROW(CKR_PIN_LEN_RANGE, kPin),
    KEEPER_ROW(CKR_PIN_EXPIRED, kPin),
    KEEPER_ROW(CKR_PIN_LOCKED, kPin),
    KEEPER_ROW(CKR_PIN_TOO_WEAK, kPin),
    KEEPER_ROW(CKR_USER_PIN_NOT_INITIALIZED, kPin),
    KEEPER_ROW(CKR_NEW_PIN_MODE, kPin),
    KEEPER_ROW(CKR_NEXT_OTP, kPin),

    KEEPER_ROW(CKR_MECHANISM_INVALID, kUnsupported),
    KEEPER_ROW(CKR_MECHANISM_PARAM_INVALID, kUnsupported),
    KEEPER_ROW(CKR_KEY_SIZE_RANGE, kUnsupported),
    KEEPER_ROW(CKR_CURVE_NOT_SUPPORTED, kUnsupported),
    KEEPER_ROW(CKR_DOMAIN_PARAMS_INVALID, kUnsupported),
    KEEPER_ROW(CKR_FUNCTION_NOT_SUPPORTED, kUnsupported),

    KEEPER_ROW(CKR_KEY_TYPE_INCONSISTENT, kRefused),
    KEEPER_ROW(CKR_KEY_FUNCTION_NOT_PERMITTED, kRefused),
    KEEPER_ROW(CKR_ATTRIBUTE_READ_ONLY, kRefused),
    KEEPER_ROW(CKR_ATTRIBUTE_SENSITIVE, kRefused),
    KEEPER_ROW(CKR_ATTRIBUTE_TYPE_INVALID, kRefused),
    KEEPER_ROW(CKR_ATTRIBUTE_VALUE_INVALID, kRefused),
    KEEPER_ROW(CKR_TEMPLATE_INCOMPLETE, kRefused),
    KEEPER_ROW(CKR_TEMPLATE_INCONSISTENT, kRefused),
    KEEPER_ROW(CKR_TOKEN_WRITE_PROTECTED, kRefused),
    KEEPER_ROW(CKR_SESSION_READ_ONLY, kRefused),
    KEEPER_ROW(CKR_ACTION_PROHIBITED, kRefused),
    KEEPER_ROW(CKR_FUNCTION_REJECTED, kRefused),
    KEEPER_ROW(CKR_DATA_INVALID, kRefused),
    KEEPER_ROW(CKR_DATA_LEN_RANGE, kRefused),
    KEEPER_ROW(CKR_BUFFER_TOO_SMALL, kRefused),
    KEEPER_ROW(CKR_USER_TYPE_INVALID, kRefused),
    KEEPER_ROW(CKR_USER_ANOTHER_ALREADY_LOGGED_IN, kRefused),
    KEEPER_ROW(CKR_USER_TOO_MANY_TYPES, kRefused),

    KEEPER_ROW(CKR_ARGUMENTS_BAD, kUnknown),
    KEEPER_ROW(CKR_CANT_LOCK, kUnknown),
    KEEPER_ROW(CKR_FUNCTION_CANCELED, kUnknown),
};

#undef KEEPER_ROW

const Row* FindRow(CK_RV rv) {
  const auto* row = std::find_if(kRows.begin(), kRows.end(),
                                 [rv](const Row& candidate) { return candidate.rv == rv; });
  return row == kRows.end() ? nullptr : row;
}

std::string_view Advice(const Treatment& treatment) {
  if (treatment.reason == reason::kTokenFull) {
    return "the token has no room for another key; remove keys that are no longer used";
  }
  switch (treatment.recovery) {
    case Recovery::kSuccess:
      return "nothing is wrong";
    case Recovery::kRetry:
    case Recovery::kReplaceSession:
    case Recovery::kLogInAgain:
    case Recovery::kReinitialise:
      return "the token is away; it is tried again by itself, look at the token when it lasts";
    case Recovery::kShrinkPool:
      return "the token has no session left; lower `sessions` or raise the token's limit";
    case Recovery::kFindKeyAgain:
      return "the token shows the key but does not take its handle; it is tried again by itself, "
             "look at the token when it lasts";
    case Recovery::kFail:
      return "the token refuses this request; its documentation says why";
    case Recovery::kStop:
      return "the PIN is not tried again; write the right one into its file";
    case Recovery::kReplaceThenReinitialise:
      return "the module's documentation explains its own codes";
  }
  return "";
}

}  // namespace

Treatment Treat(CK_RV rv, Phase phase) {
  if (phase == Phase::kGenerating && rv == CKR_DEVICE_MEMORY) return kFull;
  // Processes that start together on one token rewrite its files under each other. There is no key
  // yet whose handle could be wrong: SoftHSM says that where its folder is gone.
  const bool passes = rv == CKR_USER_PIN_NOT_INITIALIZED || rv == CKR_TOKEN_NOT_RECOGNIZED ||
                      rv == CKR_GENERAL_ERROR || rv == CKR_OBJECT_HANDLE_INVALID;
  if (phase == Phase::kStartUp && passes) return kRetry;
  const Row* row = FindRow(rv);
  return row == nullptr ? kUnknown : row->treatment;
}

std::string CkrName(CK_RV rv) {
  std::ostringstream text;
  const Row* row = FindRow(rv);
  if (row != nullptr) text << row->name << " (";
  text << "0x" << std::hex << rv;
  if (row != nullptr) text << ")";
  return text.str();
}

Error CkrError(CK_RV rv, std::string_view call, Phase phase) {
  const Treatment treatment = Treat(rv, phase);
  std::string message = std::string(call) + " answered " + CkrName(rv) + ": ";
  message += Advice(treatment);
  message += ".";
  return Error{treatment.code, std::string(treatment.reason), std::move(message)};
}

}  // namespace dkimkeeper::pkcs11

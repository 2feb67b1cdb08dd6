// The table of failures, row by row.
#include "hsm/pkcs11/ckr.h"

#include <gmock/gmock.h>

#include "hsm/pkcs11/attempt.h"
#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

using testing::HasSubstr;

struct Row {
  CK_RV rv;
  Recovery recovery;
  Code code;
  std::string_view reason;
};

void PrintTo(const Row& row, std::ostream* out) { *out << CkrName(row.rv); }

class CkrTable : public testing::TestWithParam<Row> {};

TEST_P(CkrTable, SaysWhatToDo) {
  const Treatment treatment = Treat(GetParam().rv, Phase::kRunning);
  EXPECT_EQ(treatment.recovery, GetParam().recovery);
  EXPECT_EQ(treatment.code, GetParam().code);
  EXPECT_EQ(treatment.reason, GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Running, CkrTable,
    testing::Values(
        Row{CKR_FUNCTION_FAILED, Recovery::kRetry, Code::kUnavailable, reason::kTokenAway},
        Row{CKR_HOST_MEMORY, Recovery::kRetry, Code::kUnavailable, reason::kTokenAway},
        Row{CKR_DEVICE_MEMORY, Recovery::kRetry, Code::kUnavailable, reason::kTokenAway},
        Row{CKR_SESSION_HANDLE_INVALID, Recovery::kReplaceSession, Code::kUnavailable,
            reason::kTokenAway},
        Row{CKR_SESSION_CLOSED, Recovery::kReplaceSession, Code::kUnavailable, reason::kTokenAway},
        Row{CKR_OPERATION_ACTIVE, Recovery::kReplaceSession, Code::kUnavailable,
            reason::kTokenAway},
        Row{CKR_OPERATION_NOT_INITIALIZED, Recovery::kReplaceSession, Code::kUnavailable,
            reason::kTokenAway},
        Row{CKR_SESSION_COUNT, Recovery::kShrinkPool, Code::kResourceExhausted,
            reason::kSessionsBusy},
        Row{CKR_OBJECT_HANDLE_INVALID, Recovery::kFindKeyAgain, Code::kUnavailable,
            reason::kTokenAway},
        Row{CKR_KEY_HANDLE_INVALID, Recovery::kFindKeyAgain, Code::kUnavailable,
            reason::kTokenAway},
        Row{CKR_USER_NOT_LOGGED_IN, Recovery::kLogInAgain, Code::kUnavailable, reason::kTokenAway},
        Row{CKR_DEVICE_ERROR, Recovery::kReinitialise, Code::kUnavailable, reason::kTokenAway},
        Row{CKR_DEVICE_REMOVED, Recovery::kReinitialise, Code::kUnavailable, reason::kTokenAway},
        Row{CKR_TOKEN_NOT_PRESENT, Recovery::kReinitialise, Code::kUnavailable, reason::kTokenAway},
        Row{CKR_TOKEN_NOT_RECOGNIZED, Recovery::kReinitialise, Code::kUnavailable,
            reason::kTokenAway},
        Row{CKR_GENERAL_ERROR, Recovery::kReinitialise, Code::kUnavailable, reason::kTokenAway},
        Row{CKR_CRYPTOKI_NOT_INITIALIZED, Recovery::kReinitialise, Code::kUnavailable,
            reason::kTokenAway},
        Row{CKR_KEY_TYPE_INCONSISTENT, Recovery::kFail, Code::kFailedPrecondition,
            reason::kTokenRefused},
        Row{CKR_KEY_FUNCTION_NOT_PERMITTED, Recovery::kFail, Code::kFailedPrecondition,
            reason::kTokenRefused},
        Row{CKR_ATTRIBUTE_VALUE_INVALID, Recovery::kFail, Code::kFailedPrecondition,
            reason::kTokenRefused},
        Row{CKR_TEMPLATE_INCONSISTENT, Recovery::kFail, Code::kFailedPrecondition,
            reason::kTokenRefused},
        Row{CKR_TOKEN_WRITE_PROTECTED, Recovery::kFail, Code::kFailedPrecondition,
            reason::kTokenRefused},
        Row{CKR_MECHANISM_INVALID, Recovery::kFail, Code::kFailedPrecondition,
            reason::kAlgorithmUnsupported},
        Row{CKR_PIN_INCORRECT, Recovery::kStop, Code::kFailedPrecondition, reason::kPinRefused},
        Row{CKR_PIN_LOCKED, Recovery::kStop, Code::kFailedPrecondition, reason::kPinRefused},
        Row{CKR_PIN_EXPIRED, Recovery::kStop, Code::kFailedPrecondition, reason::kPinRefused},
        Row{CKR_USER_PIN_NOT_INITIALIZED, Recovery::kStop, Code::kFailedPrecondition,
            reason::kPinRefused},
        Row{CKR_VENDOR_DEFINED | 0x42, Recovery::kReplaceThenReinitialise, Code::kInternal,
            reason::kInternal},
        Row{CKR_ARGUMENTS_BAD, Recovery::kReplaceThenReinitialise, Code::kInternal,
            reason::kInternal},
        Row{0x7777, Recovery::kReplaceThenReinitialise, Code::kInternal, reason::kInternal}));

TEST(Ckr, TakesWhatIsAlreadySoForASuccess) {
  for (const CK_RV rv : {CKR_OK, CKR_USER_ALREADY_LOGGED_IN, CKR_CRYPTOKI_ALREADY_INITIALIZED}) {
    EXPECT_EQ(Treat(rv, Phase::kRunning).recovery, Recovery::kSuccess);
  }
}

TEST(Ckr, ForgivesStartUpWhatIsSeriousLater) {
  for (const CK_RV rv : {CKR_USER_PIN_NOT_INITIALIZED, CKR_TOKEN_NOT_RECOGNIZED, CKR_GENERAL_ERROR,
                         CKR_OBJECT_HANDLE_INVALID}) {
    EXPECT_EQ(Treat(rv, Phase::kStartUp).recovery, Recovery::kRetry);
    EXPECT_EQ(Treat(rv, Phase::kStartUp).code, Code::kUnavailable);
  }
  EXPECT_EQ(Treat(CKR_PIN_INCORRECT, Phase::kStartUp).recovery, Recovery::kStop);
}

TEST(Ckr, KnowsAFullToken) {
  const Treatment full = Treat(CKR_DEVICE_MEMORY, Phase::kGenerating);
  EXPECT_EQ(full.recovery, Recovery::kFail);
  EXPECT_EQ(full.code, Code::kResourceExhausted);
  EXPECT_EQ(full.reason, reason::kTokenFull);
}

TEST(Ckr, NamesCodes) {
  EXPECT_EQ(CkrName(CKR_DEVICE_ERROR), "CKR_DEVICE_ERROR (0x30)");
  EXPECT_EQ(CkrName(CKR_VENDOR_DEFINED | 0x42), "0x80000042");
}

TEST(Ckr, ErrorNamesTheCallAndTheCode) {
  const Error error = CkrError(CKR_PIN_LOCKED, "C_Login", Phase::kRunning);
  EXPECT_THAT(error.message, HasSubstr("C_Login"));
  EXPECT_THAT(error.message, HasSubstr("CKR_PIN_LOCKED"));
  EXPECT_THAT(error.message, HasSubstr("not tried again"));
}

TEST(Ckr, SuspectsTheSessionUnlessTheCodeClearsIt) {
  EXPECT_TRUE(TokenSaid(CKR_OPERATION_ACTIVE, "C_SignInit").value().session_suspect);
  EXPECT_TRUE(TokenSaid(CKR_BUFFER_TOO_SMALL, "C_Sign").value().session_suspect);
  EXPECT_FALSE(TokenSaid(CKR_KEY_HANDLE_INVALID, "C_SignInit").value().session_suspect);
  EXPECT_FALSE(TokenSaid(CKR_HOST_MEMORY, "C_SignInit").value().session_suspect);
}

TEST(Ckr, DoesNotTakeTheSuccessOfAnotherCallForOne) {
  EXPECT_EQ(TokenSaid(CKR_USER_ALREADY_LOGGED_IN, "C_Sign").value().recovery,
            Recovery::kReplaceThenReinitialise);
}

}  // namespace
}  // namespace dkimkeeper::pkcs11

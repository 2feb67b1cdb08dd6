// Every row of the table of failures, on a real module: what the token answers is injected, what
// happens then is SoftHSM's own.
#include <ostream>
#include <string>
#include <string_view>

#include "proto/reason.h"
#include "tests/unit/hsm/softhsm_token_test.h"

namespace dkimkeeper::pkcs11 {
namespace {

constexpr CK_RV kVendorCode = CKR_VENDOR_DEFINED | 0x42;

struct Row {
  std::string name;
  Function function;
  CK_RV rv;
  unsigned times = 1;
  // What the recovery costs, and how it ends ("" is a signature).
  unsigned sessions = 0;
  unsigned finds = 0;  // at least
  unsigned logins = 0;
  unsigned initialisations = 0;
  std::string_view reason = {};
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class RecoveryTable : public SoftHsmTokenTest, public testing::WithParamInterface<Row> {};

TEST_P(RecoveryTable, RecoversAsTheTableSays) {
  const Row& row = GetParam();
  Open(options());
  const TokenKey key = Generate();
  ASSERT_EQ(Sign(key), "");
  const unsigned sessions = faults_.calls(Function::kOpenSession);
  const unsigned finds = faults_.calls(Function::kFindObjectsInit);
  const unsigned logins = faults_.calls(Function::kLogin);
  const unsigned initialisations = faults_.calls(Function::kInitialize);

  faults_.Fail(row.function, row.rv, 1, row.times);
  EXPECT_EQ(Sign(key), row.reason);

  EXPECT_EQ(faults_.calls(Function::kOpenSession) - sessions, row.sessions);
  EXPECT_GE(faults_.calls(Function::kFindObjectsInit) - finds, row.finds);
  EXPECT_EQ(faults_.calls(Function::kLogin) - logins, row.logins);
  EXPECT_EQ(faults_.calls(Function::kInitialize) - initialisations, row.initialisations);
  if (row.reason.empty()) {
    // And all is as before.
    const unsigned after = faults_.calls(Function::kSign);
    EXPECT_EQ(Sign(key), "");
    EXPECT_EQ(faults_.calls(Function::kSign) - after, 1U);
  }
}

constexpr Function kInit = Function::kSignInit;
constexpr Function kSign = Function::kSign;

INSTANTIATE_TEST_SUITE_P(
    Retry, RecoveryTable,
    testing::Values(
        Row{.name = "function failed", .function = kSign, .rv = CKR_FUNCTION_FAILED, .sessions = 1},
        Row{.name = "function failed at init", .function = kInit, .rv = CKR_FUNCTION_FAILED},
        Row{.name = "host memory", .function = kInit, .rv = CKR_HOST_MEMORY, .times = 3},
        Row{.name = "device memory", .function = kInit, .rv = CKR_DEVICE_MEMORY},
        Row{.name = "host memory for ever",
            .function = kInit,
            .rv = CKR_HOST_MEMORY,
            .times = 4,
            .reason = reason::kTokenAway}));

INSTANTIATE_TEST_SUITE_P(Session, RecoveryTable,
                         testing::Values(Row{.name = "session handle invalid",
                                             .function = kInit,
                                             .rv = CKR_SESSION_HANDLE_INVALID,
                                             .sessions = 1},
                                         Row{.name = "session closed",
                                             .function = kInit,
                                             .rv = CKR_SESSION_CLOSED,
                                             .sessions = 1},
                                         Row{.name = "operation active",
                                             .function = kInit,
                                             .rv = CKR_OPERATION_ACTIVE,
                                             .times = 2,
                                             .sessions = 2},
                                         Row{.name = "operation not initialised",
                                             .function = kSign,
                                             .rv = CKR_OPERATION_NOT_INITIALIZED,
                                             .sessions = 1}));

INSTANTIATE_TEST_SUITE_P(Key, RecoveryTable,
                         testing::Values(Row{.name = "key handle invalid",
                                             .function = kInit,
                                             .rv = CKR_KEY_HANDLE_INVALID,
                                             .finds = 1},
                                         Row{.name = "object handle invalid",
                                             .function = kInit,
                                             .rv = CKR_OBJECT_HANDLE_INVALID,
                                             .finds = 1},
                                         Row{.name = "key handle invalid for ever",
                                             .function = kInit,
                                             .rv = CKR_KEY_HANDLE_INVALID,
                                             .times = 3,
                                             .finds = 2,
                                             .reason = reason::kTokenAway}));

INSTANTIATE_TEST_SUITE_P(Login, RecoveryTable,
                         testing::Values(Row{.name = "user not logged in",
                                             .function = kInit,
                                             .rv = CKR_USER_NOT_LOGGED_IN,
                                             .sessions = 1,
                                             .finds = 1,
                                             .logins = 1}));

INSTANTIATE_TEST_SUITE_P(Module, RecoveryTable,
                         testing::Values(Row{.name = "device error",
                                             .function = kInit,
                                             .rv = CKR_DEVICE_ERROR,
                                             .sessions = 2,
                                             .finds = 1,
                                             .logins = 1,
                                             .initialisations = 1},
                                         Row{.name = "device removed",
                                             .function = kInit,
                                             .rv = CKR_DEVICE_REMOVED,
                                             .sessions = 2,
                                             .finds = 1,
                                             .logins = 1,
                                             .initialisations = 1},
                                         Row{.name = "general error",
                                             .function = kSign,
                                             .rv = CKR_GENERAL_ERROR,
                                             .sessions = 2,
                                             .finds = 1,
                                             .logins = 1,
                                             .initialisations = 1},
                                         Row{.name = "not initialised",
                                             .function = kInit,
                                             .rv = CKR_CRYPTOKI_NOT_INITIALIZED,
                                             .sessions = 2,
                                             .finds = 1,
                                             .logins = 1,
                                             .initialisations = 1},
                                         Row{.name = "device error for ever",
                                             .function = kInit,
                                             .rv = CKR_DEVICE_ERROR,
                                             .times = 4,
                                             .sessions = 6,
                                             .finds = 3,
                                             .logins = 3,
                                             .initialisations = 3,
                                             .reason = reason::kTokenAway}));

INSTANTIATE_TEST_SUITE_P(Unknown, RecoveryTable,
                         testing::Values(Row{.name = "vendor code once",
                                             .function = kInit,
                                             .rv = kVendorCode,
                                             .sessions = 1},
                                         Row{.name = "vendor code twice",
                                             .function = kInit,
                                             .rv = kVendorCode,
                                             .times = 2,
                                             .sessions = 3,
                                             .finds = 1,
                                             .logins = 1,
                                             .initialisations = 1},
                                         Row{.name = "vendor code for ever",
                                             .function = kInit,
                                             .rv = kVendorCode,
                                             .times = 5,
                                             .sessions = 7,
                                             .finds = 3,
                                             .logins = 3,
                                             .initialisations = 3,
                                             .reason = reason::kInternal}));

INSTANTIATE_TEST_SUITE_P(Refusal, RecoveryTable,
                         testing::Values(Row{.name = "key type inconsistent",
                                             .function = kInit,
                                             .rv = CKR_KEY_TYPE_INCONSISTENT,
                                             .reason = reason::kTokenRefused},
                                         Row{.name = "not permitted",
                                             .function = kInit,
                                             .rv = CKR_KEY_FUNCTION_NOT_PERMITTED,
                                             .reason = reason::kTokenRefused},
                                         Row{.name = "mechanism invalid",
                                             .function = kInit,
                                             .rv = CKR_MECHANISM_INVALID,
                                             .reason = reason::kAlgorithmUnsupported}));

}  // namespace
}  // namespace dkimkeeper::pkcs11

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>

#include "tests/faultmodule/raw_token.h"

namespace dkimkeeper::faultmodule {
namespace {

using testing::ExitedWithCode;
using testing::KilledBySignal;

// Each test runs alone under ctest, and all of them on one token by hand.
class FaultModule : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    token_ = std::make_unique<RawToken>();
    good_ = {token_->Sign(0).signature, token_->Sign(1).signature};
  }
  static void TearDownTestSuite() { token_.reset(); }

  FaultModule() {
    Faults("");
    static_cast<void>(token().TakeLog());
    // Whatever an earlier test left.
    token().calls().C_CloseAllSessions(token().slot());
    EXPECT_EQ(token().Connect(), CKR_OK);
  }
  ~FaultModule() override { Faults(""); }

  static RawToken& token() { return *token_; }
  static const std::string& good(std::size_t which) { return good_.at(which); }
  static void Faults(const std::string& script) { token().WriteScript(script); }

  // In a child: what Sign answers, as an exit status.
  [[noreturn]] static void ExitWithSign() { ::_exit(token().Sign().rv == CKR_OK ? 0 : 1); }

 private:
  static std::unique_ptr<RawToken> token_;
  static std::array<std::string, 2> good_;
};

std::unique_ptr<RawToken> FaultModule::token_;
std::array<std::string, 2> FaultModule::good_;

std::string Pid() { return " pid=" + std::to_string(::getpid()) + "\n"; }

TEST_F(FaultModule, IsTheRealOneWithoutFaults) {
  EXPECT_EQ(token().Sign().signature, good(0));
  EXPECT_NE(good(0), good(1));
  EXPECT_EQ(token().TakeLog(), "");
}

TEST_F(FaultModule, FailsTheNthCall) {
  Faults("# a comment\n\nC_Sign 2 fail CKR_DEVICE_ERROR\n");
  EXPECT_EQ(token().Sign().rv, CKR_OK);
  EXPECT_EQ(token().Sign().rv, CKR_DEVICE_ERROR);
  // The module was not asked: its operation still waits for C_Sign.
  EXPECT_EQ(token().Sign().rv, CKR_OPERATION_ACTIVE);
  EXPECT_EQ(token().TakeLog(), "C_Sign 2 fail CKR_DEVICE_ERROR" + Pid());
}

TEST_F(FaultModule, FailsARangeAndTheRest) {
  Faults("C_SignInit 2-3 fail 0x80000042\nC_SignInit 5- fail CKR_HOST_MEMORY\n");
  const CK_RV expected[] = {CKR_OK, 0x80000042,      0x80000042,
                            CKR_OK, CKR_HOST_MEMORY, CKR_HOST_MEMORY};
  for (const CK_RV rv : expected) EXPECT_EQ(token().Sign().rv, rv);
}

TEST_F(FaultModule, FailsAfterTheWork) {
  Faults("C_SignInit 1 fail-after CKR_FUNCTION_FAILED\n");
  EXPECT_EQ(token().Sign().rv, CKR_FUNCTION_FAILED);
  EXPECT_EQ(token().Sign().rv, CKR_OPERATION_ACTIVE);
}

TEST_F(FaultModule, CountsAnewWhenTheScriptChanges) {
  Faults("C_SignInit 1 fail CKR_HOST_MEMORY\n");
  EXPECT_EQ(token().Sign().rv, CKR_HOST_MEMORY);
  EXPECT_EQ(token().Sign().rv, CKR_OK);
  Faults("C_SignInit 1 fail CKR_DEVICE_MEMORY\n");
  EXPECT_EQ(token().Sign().rv, CKR_DEVICE_MEMORY);
  EXPECT_EQ(token().Sign().rv, CKR_OK);
}

TEST_F(FaultModule, LogsCallsThatItLeavesAlone) {
  Faults("C_SignInit * log\nC_SignInit 2 fail CKR_HOST_MEMORY\n* * log\n");
  EXPECT_EQ(token().Sign().rv, CKR_OK);
  EXPECT_EQ(token().Sign().rv, CKR_HOST_MEMORY);
  EXPECT_EQ(token().TakeLog(), "C_SignInit 1 log" + Pid() + "C_SignInit 1 log" + Pid() +
                                   "C_Sign 2 log" + Pid() + "C_SignInit 2 log" + Pid() +
                                   "C_SignInit 2 fail CKR_HOST_MEMORY" + Pid());
}

TEST_F(FaultModule, Sleeps) {
  Faults("C_Sign 1 sleep 60\n");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(token().Sign().signature, good(0));
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(60));
}

TEST_F(FaultModule, Hangs) {
  Faults("C_Sign 1 hang\n");
  const auto sign_with_alarm = [] {
    ::alarm(1);
    ExitWithSign();
  };
  EXPECT_EXIT(sign_with_alarm(), KilledBySignal(SIGALRM), "");
  EXPECT_NE(token().TakeLog().find("C_Sign 1 hang"), std::string::npos);
}

TEST_F(FaultModule, CrashesAndExits) {
  Faults("C_Sign 1 crash\n");
  EXPECT_EXIT(ExitWithSign(), KilledBySignal(SIGSEGV), "");
  Faults("C_Sign 1 exit 17\n");
  EXPECT_EXIT(ExitWithSign(), ExitedWithCode(17), "");
}

TEST_F(FaultModule, CorruptsASignature) {
  Faults("C_Sign 1 corrupt\n");
  const Signed bad = token().Sign();
  EXPECT_EQ(bad.rv, CKR_OK);
  EXPECT_EQ(bad.signature.size(), good(0).size());
  EXPECT_NE(bad.signature, good(0));
  EXPECT_EQ(token().Sign().signature, good(0));
}

TEST_F(FaultModule, SignsWithAnotherKey) {
  Faults("C_SignInit 1 swap\n");
  EXPECT_EQ(token().Sign(0).signature, good(1));
  EXPECT_EQ(token().Sign(0).signature, good(0));
}

TEST_F(FaultModule, FindsAnotherKey) {
  Faults("C_FindObjects 1 swap\n");
  EXPECT_EQ(token().Find(1), token().key(1));
  EXPECT_EQ(token().Find(1), token().key(0));
}

TEST_F(FaultModule, DropsTheSessions) {
  Faults("C_SignInit 1 drop-sessions\n");
  EXPECT_EQ(token().Sign().rv, CKR_SESSION_HANDLE_INVALID);
  EXPECT_EQ(token().Connect(), CKR_OK);  // and the login, or this were ALREADY_LOGGED_IN
  EXPECT_EQ(token().Sign().rv, CKR_OK);
}

TEST_F(FaultModule, IsGoneForATimeAndLosesItsSessions) {
  Faults("C_Sign 1 gone 200\n");
  EXPECT_EQ(token().Sign().rv, CKR_DEVICE_REMOVED);
  CK_ULONG count = 7;
  EXPECT_EQ(token().calls().C_GetSlotList(CK_FALSE, nullptr, &count), CKR_OK);
  EXPECT_EQ(count, 0U);
  CK_TOKEN_INFO info = {};
  EXPECT_EQ(token().calls().C_GetTokenInfo(token().slot(), &info), CKR_TOKEN_NOT_PRESENT);
  CK_RV rv = CKR_TOKEN_NOT_PRESENT;
  while (rv == CKR_TOKEN_NOT_PRESENT) {
    rv = token().calls().C_GetTokenInfo(token().slot(), &info);
  }
  EXPECT_EQ(rv, CKR_OK);
  EXPECT_EQ(token().Sign().rv, CKR_SESSION_HANDLE_INVALID);
  EXPECT_EQ(token().Connect(), CKR_OK);
  EXPECT_EQ(token().Sign().signature, good(0));
}

TEST_F(FaultModule, IsGoneUntilTheScriptSaysOtherwise) {
  Faults("* * gone\n");
  EXPECT_EQ(token().Connect(), CKR_TOKEN_NOT_PRESENT);
  EXPECT_EQ(token().Connect(), CKR_TOKEN_NOT_PRESENT);
  Faults("");
  EXPECT_EQ(token().Connect(), CKR_OK);
}

TEST_F(FaultModule, CountsInEachProcess) {
  Faults("C_SignInit 2 fail CKR_HOST_MEMORY\n");
  EXPECT_EQ(token().Sign().rv, CKR_OK);
  EXPECT_EXIT(ExitWithSign(), ExitedWithCode(1), "");
  EXPECT_EQ(token().Sign().rv, CKR_HOST_MEMORY);
}

TEST_F(FaultModule, CountsOverAllProcesses) {
  Faults("C_SignInit 2 shared fail CKR_HOST_MEMORY\n");
  EXPECT_EQ(token().Sign().rv, CKR_OK);
  EXPECT_EXIT(ExitWithSign(), ExitedWithCode(1), "");
  EXPECT_EQ(token().Sign().rv, CKR_OK);
}

TEST_F(FaultModule, IsGoneForEveryProcess) {
  Faults("C_SignInit 1 shared gone 600000\n");
  EXPECT_EXIT(ExitWithSign(), ExitedWithCode(1), "");
  EXPECT_EQ(token().Sign().rv, CKR_DEVICE_REMOVED);
}

TEST_F(FaultModule, GivesUpOnAScriptThatItDoesNotUnderstand) {
  for (const char* line :
       {"C_Sing 1 crash", "C_Sign 0 crash", "C_Sign 3-2 crash", "C_Sign x crash", "C_Sign crash",
        "C_Sign 1 break", "C_Sign 1 fail", "C_Sign 1 fail CKR_NOPE", "C_Sign 1 fail 0x",
        "C_Sign 1 crash 3", "C_Sign 1 sleep long", "C_Sign 1 sleep 3 4", "C_SignInit 1 corrupt",
        "C_Sign 1 swap", "C_Sign 1 shared"}) {
    SCOPED_TRACE(line);
    Faults(std::string("C_Login * log\n") + line + "\n");
    EXPECT_EXIT(ExitWithSign(), ExitedWithCode(99), "faultmodule: line 2: ");
  }
}

}  // namespace
}  // namespace dkimkeeper::faultmodule

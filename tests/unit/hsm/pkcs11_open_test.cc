// Opening a token: each thing that can be wrong has its reason, and says what to do.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "hsm/pkcs11/open_pkcs11_token.h"
#include "proto/reason.h"
#include "tests/unit/hsm/shared/forked.h"
#include "tests/unit/hsm/softhsm_token_test.h"

namespace dkimkeeper::pkcs11 {
namespace {

using testing::HasSubstr;
using testing::Not;

class OpenToken : public SoftHsmTokenTest {
 protected:
  Error ErrorOf(const Pkcs11Options& with) {
    const Result<std::unique_ptr<Token>> token = TryOpen(with);
    return token ? Error{.reason = "it opened", .message = ""} : token.error();
  }
};

TEST_F(OpenToken, ShowsTheToken) {
  Open(options());
  const TokenInfo info = token_->Info();
  EXPECT_EQ(info.name, "test");
  EXPECT_EQ(info.label, softhsm_.label());
  EXPECT_THAT(info.manufacturer, HasSubstr("SoftHSM"));
  EXPECT_FALSE(info.serial.empty());
  EXPECT_EQ(info.sessions, 4U);
  EXPECT_THAT(info.algorithms,
              testing::ElementsAre(Algorithm::kRsaSha256, Algorithm::kEd25519Sha256));
}

TEST_F(OpenToken, MissingModule) {
  Pkcs11Options wrong = options();
  wrong.module_path = "/nonexistent/libhsm.so";
  const Error error = ErrorOf(wrong);
  EXPECT_EQ(error.reason, reason::kModuleMissing);
  EXPECT_THAT(error.message, HasSubstr("/nonexistent/libhsm.so"));
}

TEST_F(OpenToken, FileThatIsNoModule) {
  Pkcs11Options wrong = options();
  wrong.module_path = softhsm_.config_file();
  EXPECT_EQ(ErrorOf(wrong).reason, reason::kModuleMissing);
  wrong.module_path = "/lib/x86_64-linux-gnu/libc.so.6";
  if (std::filesystem::exists(wrong.module_path)) {
    EXPECT_EQ(ErrorOf(wrong).reason, reason::kModuleMissing);
  }
}

TEST_F(OpenToken, LabelNotFoundNamesTheTokensThatAreThere) {
  Pkcs11Options wrong = options();
  wrong.token.label = "elsewhere";
  const Error error = ErrorOf(wrong);
  EXPECT_EQ(error.reason, reason::kTokenNotFound);
  EXPECT_THAT(error.message, HasSubstr("elsewhere"));
  EXPECT_THAT(error.message, HasSubstr(softhsm_.label()));
}

TEST_F(OpenToken, LabelFoundTwiceAsksForTheSerialWhichThenWorks) {
  softhsm_.AddToken(softhsm_.label());
  const Error error = ErrorOf(options());
  EXPECT_EQ(error.reason, reason::kTokenAmbiguous);
  const std::string marker = "(serial ";
  const std::size_t at = error.message.find(marker);
  ASSERT_NE(at, std::string::npos) << error.message;
  const std::size_t begin = at + marker.size();
  Pkcs11Options by_serial = options();
  by_serial.token = {.serial = error.message.substr(begin, error.message.find(')', begin) - begin)};
  Open(by_serial);
  EXPECT_EQ(token_->Info().serial, by_serial.token.serial);
}

TEST_F(OpenToken, WrongPinIsTriedOnce) {
  softhsm_.WritePinFile("wrong-pin-1234");
  const Error error = ErrorOf(options());
  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_EQ(error.reason, reason::kPinRefused);
  EXPECT_EQ(faults_.calls(Function::kLogin), 1U);
  EXPECT_THAT(error.message, Not(HasSubstr("wrong-pin-1234")));
}

TEST_F(OpenToken, WrongPinIsTriedOnceHoweverMuchTimeThereIs) {
  softhsm_.WritePinFile("wrong-pin-1234");
  Pkcs11Options patient = options();
  patient.start_up_time = std::chrono::seconds(60);
  const auto begin = std::chrono::steady_clock::now();
  const Result<std::unique_ptr<Token>> token = OpenPkcs11Token(patient);
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().reason, reason::kPinRefused);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST_F(OpenToken, WrongPinIsTriedOnceByAllWorkersOfATokenTogether) {
  const SharedFile shared;
  Pkcs11Options with = options();
  with.shared_file = shared.number();
  softhsm_.WritePinFile("wrong-pin-1234");
  for (int worker = 0; worker < 3; ++worker) {
    EXPECT_EQ(ErrorOf(with).reason, reason::kPinRefused);
    EXPECT_EQ(faults_.calls(Function::kLogin), 1U);
  }
  RefusedPin(shared.number()).Clear();
  EXPECT_EQ(ErrorOf(with).reason, reason::kPinRefused);
  EXPECT_EQ(faults_.calls(Function::kLogin), 2U);
  softhsm_.WritePinFile(softhsm_.pin());
  Open(with);
}

TEST_F(OpenToken, OneWorkerOfATokenStartsAtATime) {
  const SharedFile shared;
  Pkcs11Options with = options();
  with.shared_file = shared.number();
  Forked other([&](const Forked& self) {
    const auto hold =
        ProcessLock(shared.number())
            .Take(ProcessLock::Place::kStartUp, ProcessLock::Mode::kExclusive, Soon());
    self.SayReady();
    return Forked::WaitForKill();
  });
  ASSERT_TRUE(other.WaitUntilReady());
  EXPECT_EQ(ErrorOf(with).reason, reason::kTokenAway);
  EXPECT_EQ(faults_.calls(Function::kLogin), 0U);
  other.Kill();
  Open(with);
}

TEST_F(OpenToken, NothingIsTriedBeforeTheLastTry) {
  faults_.AddTokenFlags(CKF_USER_PIN_FINAL_TRY);
  EXPECT_EQ(ErrorOf(options()).reason, reason::kPinRefused);
  EXPECT_EQ(faults_.calls(Function::kLogin), 0U);
}

TEST_F(OpenToken, NothingIsTriedOnALockedPin) {
  faults_.AddTokenFlags(CKF_USER_PIN_LOCKED);
  EXPECT_EQ(ErrorOf(options()).reason, reason::kPinRefused);
  EXPECT_EQ(faults_.calls(Function::kLogin), 0U);
}

TEST_F(OpenToken, MissingPinFile) {
  Pkcs11Options wrong = options();
  wrong.pin = PinReference::File("/nonexistent/pin");
  const Error error = ErrorOf(wrong);
  EXPECT_EQ(error.reason, reason::kPinRefused);
  EXPECT_THAT(error.message, HasSubstr("/nonexistent/pin"));
  EXPECT_EQ(faults_.calls(Function::kLogin), 0U);
}

TEST_F(OpenToken, AlreadyLoggedInIsASuccess) {
  faults_.FailAfterwards(Function::kLogin, CKR_USER_ALREADY_LOGGED_IN);
  Open(options());
  EXPECT_EQ(Sign(Generate()), "");
}

TEST_F(OpenToken, PassingTroubleAtStartIsTriedAgain) {
  for (const CK_RV rv :
       {CKR_USER_PIN_NOT_INITIALIZED, CKR_TOKEN_NOT_RECOGNIZED, CKR_GENERAL_ERROR}) {
    faults_.Fail(Function::kLogin, rv);
    EXPECT_EQ(ErrorOf(options()).code, Code::kUnavailable) << CkrName(rv);
  }
  Open(options());
}

TEST_F(OpenToken, ASpecialWordOfStopEndsTheWaiting) {
  softhsm_.HideTokens();
  Pkcs11Options patient = options();
  patient.start_up_time = std::chrono::hours(1);
  std::stop_source source;
  source.request_stop();
  patient.stop = source.get_token();
  EXPECT_FALSE(OpenPkcs11Token(patient));
}

TEST_F(OpenToken, AskedForNothing) {
  Pkcs11Options wrong = options();
  wrong.token = {};
  EXPECT_EQ(OpenPkcs11Token(wrong).error().reason, reason::kBadOption);
  wrong = options();
  wrong.name.clear();
  EXPECT_EQ(OpenPkcs11Token(wrong).error().reason, reason::kBadOption);
}

TEST_F(OpenToken, AgainAfterItWasClosed) {
  Open(options());
  const TokenKey key = Generate();
  token_.reset();
  Open(options());
  EXPECT_EQ(Sign(key), "");
}

}  // namespace
}  // namespace dkimkeeper::pkcs11

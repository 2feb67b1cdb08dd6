// The real worker program on a throwaway SoftHSM, in its sandbox.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <memory>

#include "hsm/shared/refused_pin.h"
#include "hsm/worker/exit_status.h"
#include "proto/reason.h"
#include "tests/fakes/run_program.h"
#include "tests/fakes/software_key.h"
#include "tests/unit/hsm/program/worker_process.h"
#include "tests/unit/hsm/shared/forked.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string ContentOf(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string ReasonOf(const wire::Answer& answer) {
  const Error* error = std::get_if<Error>(&answer);
  return error == nullptr ? "" : error->reason;
}

class ServeTest : public testing::Test {
 protected:
  std::unique_ptr<WorkerProcess> Start(const std::vector<std::string>& more = {}) {
    return std::make_unique<WorkerProcess>(softhsm_, shared_.number(), more);
  }
  std::unique_ptr<WorkerProcess> StartReady(const std::vector<std::string>& more = {}) {
    auto worker = Start(more);
    const auto first = worker->client().Receive();
    if (!first)
      throw std::runtime_error("ended: " + std::to_string(worker->Wait()) + " " +
                               ContentOf(worker->log()));
    if (const auto* error = std::get_if<Error>(&first->answer)) {
      throw std::runtime_error(error->message);
    }
    return worker;
  }
  static TokenKey Generate(WorkerProcess& worker, Algorithm algorithm = Algorithm::kEd25519Sha256) {
    wire::Answer answer = worker.client().Ask(wire::GenerateCall{
        {.id = KeyId::Random(), .algorithm = algorithm, .label = "dkim:example.com:s1"}});
    if (const auto* error = std::get_if<Error>(&answer)) throw std::runtime_error(error->message);
    return std::get<TokenKey>(answer);
  }
  static bool Signs(WorkerProcess& worker, const TokenKey& key) {
    const Sha256Digest digest = DigestOf("mail");
    const wire::Answer answer = worker.client().Ask(wire::SignCall{key.id, digest, key.public_key});
    const auto* signature = std::get_if<wire::Signature>(&answer);
    return signature != nullptr && VerifySignature(key.public_key, digest, signature->bytes);
  }
  // Why the worker did not start, and its exit status.
  static std::pair<std::string, int> RefusalOf(WorkerProcess& worker) {
    const auto first = worker.client().Receive();
    const std::string reason = first ? ReasonOf(first->answer) : "no word";
    return {reason, worker.Wait()};
  }

  SoftHsmTokenDir softhsm_;
  SharedFile shared_;
};

// What a login that was killed leaves of SoftHSM's token.
TEST_F(ServeTest, BringsBackATokenThatALoginWasKilledIn) {
  std::filesystem::path object;
  for (const auto& token : std::filesystem::directory_iterator(softhsm_.token_directory())) {
    object = token.path() / "token.object";
  }
  const std::string whole = ContentOf(object);
  ASSERT_FALSE(whole.empty());
  const TokenKey key = Generate(*StartReady());
  std::filesystem::resize_file(object, 0);
  EXPECT_TRUE(Signs(*StartReady(), key));
  EXPECT_EQ(ContentOf(object).size(), whole.size());
  const auto rights = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  EXPECT_EQ(std::filesystem::status(object).permissions() & rights, std::filesystem::perms::none);
}

TEST_F(ServeTest, KeepsTheNewestOfATokensObject) {
  std::filesystem::path object;
  for (const auto& token : std::filesystem::directory_iterator(softhsm_.token_directory())) {
    object = token.path() / "token.object";
  }
  {
    const auto worker = StartReady();
  }
  std::ofstream(object.string() + ".keeper-copy") << "an old one";
  {
    const auto worker = StartReady();
  }
  EXPECT_EQ(ContentOf(object.string() + ".keeper-copy").size(), ContentOf(object).size());
}

TEST_F(ServeTest, DoesEverythingInsideTheStrictSandbox) {
  const auto worker = StartReady();
  for (const Algorithm algorithm : {Algorithm::kEd25519Sha256, Algorithm::kRsaSha256}) {
    const TokenKey key = Generate(*worker, algorithm);
    EXPECT_TRUE(Signs(*worker, key));
    EXPECT_EQ(std::get<TokenKey>(worker->client().Ask(wire::FindKeyCall{key.id})).public_key,
              key.public_key);
    EXPECT_EQ(std::get<wire::KeysPart>(worker->client().Ask(wire::FindKeysCall{})).keys.size(), 1U);
    EXPECT_TRUE(
        std::holds_alternative<wire::Done>(worker->client().Ask(wire::DestroyCall{key.id})));
    EXPECT_EQ(ReasonOf(worker->client().Ask(wire::FindKeyCall{key.id})), reason::kTokenKeyUnknown);
    EXPECT_THAT(ContentOf(worker->log()),
                HasSubstr("event=token.key_destroyed token=test key=" + key.id.ToHex() + "\n"));
  }
  EXPECT_TRUE(std::holds_alternative<wire::Done>(worker->client().Ask(wire::HealthCall{})));
  worker->client().Close();
  EXPECT_EQ(worker->Wait(), kExitEndOfFile);
  EXPECT_THAT(ContentOf(worker->log()), Not(HasSubstr("violation")));
}

TEST_F(ServeTest, GetsOverATokenThatGoesAndComesBack) {
  const auto worker = StartReady();
  const TokenKey key = Generate(*worker);
  softhsm_.HideTokens();
  EXPECT_FALSE(Signs(*worker, key));
  softhsm_.RestoreTokens();
  bool signs = false;
  for (int i = 0; i < 100 && !signs; ++i) signs = Signs(*worker, key);
  EXPECT_TRUE(signs);
}

TEST_F(ServeTest, WorksBesideAnotherWorker) {
  const auto first = StartReady();
  const auto second = StartReady();
  const TokenKey key = Generate(*first);
  EXPECT_TRUE(Signs(*second, key));
  EXPECT_TRUE(std::holds_alternative<wire::Done>(second->client().Ask(wire::DestroyCall{key.id})));
  EXPECT_EQ(ReasonOf(first->client().Ask(wire::FindKeyCall{key.id})), reason::kTokenKeyUnknown);
}

// SoftHSM alone fails 32 of 40 such starts.
TEST_F(ServeTest, StartsWhileOthersStart) {
  std::vector<std::unique_ptr<WorkerProcess>> workers(6);
  for (auto& worker : workers) worker = Start();
  for (const auto& worker : workers) {
    const auto first = worker->client().Receive();
    ASSERT_TRUE(first);
    EXPECT_EQ(ReasonOf(first->answer), "");
  }
}

TEST_F(ServeTest, DestroysSoManyKeysAnHourWhicheverWorkerIsAsked) {
  const std::vector<std::string> limit = {"--destroy-limit", "2"};
  for (const char* expected : {"", "", "DESTROY_LIMIT", "DESTROY_LIMIT"}) {
    const auto worker = StartReady(limit);
    const TokenKey key = Generate(*worker);
    EXPECT_EQ(ReasonOf(worker->client().Ask(wire::DestroyCall{key.id})), expected);
  }
}

TEST_F(ServeTest, TriesAWrongPinOnceAndSaysSo) {
  softhsm_.WritePinFile("wrong-pin-1234");
  for (int i = 0; i < 2; ++i) {
    const auto worker = Start();
    EXPECT_EQ(RefusalOf(*worker), std::pair(std::string(reason::kPinRefused), kExitPinRefused));
    EXPECT_THAT(ContentOf(worker->log()), Not(HasSubstr("wrong-pin")));
  }
  softhsm_.WritePinFile(softhsm_.pin());
  EXPECT_TRUE(StartReady());
}

TEST_F(ServeTest, SaysWhyItCannotStart) {
  const auto worker = Start({"--serial", "0000"});
  EXPECT_EQ(RefusalOf(*worker), std::pair(std::string(reason::kTokenNotFound), kExitStartFailed));
}

TEST_F(ServeTest, KnowsNoSuchSystemCall) {
  const auto worker = Start({"--sandbox-allow", "make_coffee"});
  EXPECT_EQ(RefusalOf(*worker), std::pair(std::string(reason::kBadOption), kExitUsage));
}

TEST_F(ServeTest, RefusesWrongOptions) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--sessions", "0"},
                                                {"--destroy-limit", "-1"},
                                                {"--sandbox", "none"},
                                                {"--unknown"},
                                                {"--name", "two words"}}) {
    const auto worker = Start(wrong);
    EXPECT_EQ(worker->Wait(), kExitUsage) << wrong[0];
  }
}

TEST_F(ServeTest, EndsAtAMalformedRequest) {
  const auto worker = StartReady();
  worker->client().SendPacket("no request");
  EXPECT_EQ(worker->Wait(), kExitBadFrame);
}

// A linker that leaves them out costs nothing but speed, so no other test would see it.
TEST(ServeProgramTest, OffersItsRsaCallsToModules) {
  const ProgramResult names =
      RunProgram({"nm", "--dynamic", "--defined-only", KEEPER_TOKEN_PROGRAM});
  EXPECT_THAT(names.output, HasSubstr("T RSA_blinding_on\n"));
  EXPECT_THAT(names.output, HasSubstr("T RSA_private_encrypt\n"));
}

TEST_F(ServeTest, KeepsNothingOpenButItsOwn) {
  const std::filesystem::path left = softhsm_.directory() / "left-open";
  const int descriptor = open(left.c_str(), O_RDONLY | O_CREAT, 0600);  // inherited on purpose
  const auto worker = StartReady();
  close(descriptor);
  const auto table = "/proc/" + std::to_string(worker->process()) + "/fd";
  unsigned seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(table)) {
    ++seen;
    std::error_code gone;
    EXPECT_NE(std::filesystem::read_symlink(entry.path(), gone), left);
  }
  EXPECT_GE(seen, 6U);
}

}  // namespace
}  // namespace dkimkeeper

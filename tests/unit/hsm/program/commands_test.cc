// init, bench and import-key, as a person runs them.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "hsm/pkcs11/open_pkcs11_token.h"
#include "hsm/worker/exit_status.h"
#include "tests/fakes/run_program.h"
#include "tests/fakes/softhsm_token_dir.h"
#include "tests/fakes/software_key.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::Not;

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::minutes(1); }

class CommandsTest : public testing::Test {
 protected:
  ProgramResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), KEEPER_TOKEN_PROGRAM);
    arguments.insert(arguments.end(), {"--module", softhsm_.module_path().string(), "--pin-file",
                                       softhsm_.pin_file().string()});
    return RunProgram(arguments);
  }
  ProgramResult Init(const std::string& label) {
    return Run({"init", "--label", label, "--so-pin-file", softhsm_.pin_file().string()});
  }
  ProgramResult Import(const SoftwareKey& key, std::vector<std::string> more = {}) {
    const auto file = softhsm_.directory() / "key.pem";
    key.WritePem(file);
    return ImportFile(file, std::move(more));
  }
  ProgramResult ImportFile(const std::filesystem::path& file, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"import-key", file.string(), "--token", softhsm_.label(), "--label",
                               "dkim:example.com:s1"});
    return Run(std::move(more));
  }
  std::unique_ptr<Token> Open(const std::string& label) {
    auto token = OpenPkcs11Token({.name = "test",
                                  .module_path = SoftHsmTokenDir::module_path(),
                                  .token = {.label = label},
                                  .pin = pkcs11::PinReference::File(softhsm_.pin_file())});
    return token ? std::move(*token) : nullptr;
  }

  SoftHsmTokenDir softhsm_;
};

TEST_F(CommandsTest, InitMakesATokenThatWorks) {
  const ProgramResult made = Init("fresh");
  ASSERT_EQ(made.exit_status, 0) << made.output;
  const auto token = Open("fresh");
  ASSERT_TRUE(token);
  EXPECT_THAT(made.output, HasSubstr("serial " + token->Info().serial + "\n"));
  EXPECT_TRUE(token->CheckHealth(Soon()));
  EXPECT_THAT(made.output, Not(HasSubstr(softhsm_.pin())));
}

TEST_F(CommandsTest, InitDoesNotTouchATokenThatIsThere) {
  const ProgramResult again = Init(softhsm_.label());
  EXPECT_EQ(again.exit_status, kExitFailed);
  EXPECT_THAT(again.output, HasSubstr("TOKEN_AMBIGUOUS"));
  EXPECT_TRUE(Open(softhsm_.label()));
}

TEST_F(CommandsTest, InitNeedsItsPins) {
  std::ofstream(softhsm_.directory() / "open") << "1234";
  chmod((softhsm_.directory() / "open").c_str(), 0644);
  const ProgramResult refused =
      Run({"init", "--label", "x", "--so-pin-file", (softhsm_.directory() / "open").string()});
  EXPECT_EQ(refused.exit_status, kExitFailed);
  EXPECT_THAT(refused.output, HasSubstr("chmod"));
}

TEST_F(CommandsTest, ImportedKeysSignAndCannotLeave) {
  for (const SoftwareKey& key : {SoftwareKey::Rsa(2048), SoftwareKey::Ed25519()}) {
    const KeyId id = KeyId::Random();
    const ProgramResult imported = Import(key, {"--id", id.ToHex()});
    ASSERT_EQ(imported.exit_status, 0) << imported.output;
    EXPECT_THAT(imported.output, HasSubstr(id.ToHex()));
    const auto token = Open(softhsm_.label());
    ASSERT_TRUE(token);
    const Result<TokenKey> seen = token->FindKey(id, Soon());
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(seen->label, "dkim:example.com:s1");
    EXPECT_EQ(seen->public_key, key.public_key());
    EXPECT_TRUE(seen->attributes.sensitive);
    EXPECT_FALSE(seen->attributes.extractable);
    EXPECT_FALSE(seen->attributes.may_decrypt);
    EXPECT_FALSE(seen->attributes.local);
    const auto signature = token->Sign(id, DigestOf("mail"), Soon());
    ASSERT_TRUE(signature) << signature.error().message;
    EXPECT_TRUE(VerifySignature(key.public_key(), DigestOf("mail"), *signature));
  }
}

TEST_F(CommandsTest, ImportChoosesAnIdAndPrintsIt) {
  const ProgramResult imported = Import(SoftwareKey::Ed25519());
  ASSERT_EQ(imported.exit_status, 0) << imported.output;
  EXPECT_THAT(imported.output, testing::ContainsRegex("[0-9a-f]{32}"));
  EXPECT_THAT(imported.output, HasSubstr("dkimkeeper key adopt"));
}

TEST_F(CommandsTest, ImportRefuses) {
  EXPECT_THAT(Import(SoftwareKey::Rsa(1024)).output, HasSubstr("KEY_TOO_SMALL"));
  ASSERT_EQ(Import(SoftwareKey::Ed25519(), {"--id", "0a0b"}).exit_status, 0);
  const ProgramResult twice = Import(SoftwareKey::Ed25519(), {"--id", "0a0b"});
  EXPECT_EQ(twice.exit_status, kExitFailed);
  EXPECT_THAT(twice.output, HasSubstr("KEY_EXISTS"));
  EXPECT_EQ(Import(SoftwareKey::Ed25519(), {"--id", "xyz"}).exit_status, kExitUsage);
  EXPECT_EQ(ImportFile(softhsm_.pin_file()).exit_status, kExitUsage);
  EXPECT_EQ(ImportFile("/nonexistent").exit_status, kExitUsage);
  EXPECT_EQ(ImportFile("/dev/zero").exit_status, kExitUsage);
}

TEST_F(CommandsTest, ImportRefusesAnEncryptedKey) {
  const auto plain = softhsm_.directory() / "plain.pem";
  const auto encrypted = softhsm_.directory() / "encrypted.pem";
  SoftwareKey::Ed25519().WritePem(plain);
  ASSERT_EQ(RunProgram({"openssl", "pkey", "-in", plain.string(), "-out", encrypted.string(),
                        "-aes256", "-passout", "pass:secret"})
                .exit_status,
            0);
  const ProgramResult refused = ImportFile(encrypted);
  EXPECT_EQ(refused.exit_status, kExitUsage);
  EXPECT_THAT(refused.output, HasSubstr("encrypted"));
}

TEST_F(CommandsTest, BenchMeasuresAndLeavesNothingBehind) {
  const ProgramResult measured = Run(
      {"bench", "--token", softhsm_.label(), "--threads", "1", "2", "--seconds", "1", "--json"});
  ASSERT_EQ(measured.exit_status, 0) << measured.output;
  EXPECT_THAT(measured.output, HasSubstr("\"algorithm\": \"rsa-sha256\", \"rsa_bits\": 2048, "
                                         "\"threads\": 2"));
  EXPECT_THAT(measured.output, HasSubstr("\"algorithm\": \"ed25519-sha256\""));
  EXPECT_THAT(measured.output, Not(HasSubstr("\"per_second\": 0.0")));
  const auto token = Open(softhsm_.label());
  ASSERT_TRUE(token);
  EXPECT_TRUE(token->FindKeys(Soon())->empty());
}

TEST_F(CommandsTest, BenchSignsWithAKeyThatIsThere) {
  ASSERT_EQ(Import(SoftwareKey::Ed25519(), {"--id", "0a0b"}).exit_status, 0);
  const ProgramResult measured =
      Run({"bench", "--token", softhsm_.label(), "--seconds", "1", "--key", "0a0b"});
  ASSERT_EQ(measured.exit_status, 0) << measured.output;
  EXPECT_THAT(measured.output, HasSubstr("per second"));
  EXPECT_TRUE(Open(softhsm_.label())->FindKey(*KeyId::FromHex("0a0b"), Soon()));
}

TEST(Usage, IsShownAndWrongOneRefused) {
  EXPECT_EQ(RunProgram({KEEPER_TOKEN_PROGRAM, "--help"}).exit_status, 0);
  EXPECT_THAT(RunProgram({KEEPER_TOKEN_PROGRAM, "--help"}).output, HasSubstr("Examples:"));
  EXPECT_EQ(RunProgram({KEEPER_TOKEN_PROGRAM}).exit_status, kExitUsage);
  EXPECT_EQ(RunProgram({KEEPER_TOKEN_PROGRAM, "bench"}).exit_status, kExitUsage);
}

}  // namespace
}  // namespace dkimkeeper

// The implementations that keep the contract: the fake and SoftHSM, each also behind workers, and
// any module that is named by DKIMKEEPER_TEST_MODULE, DKIMKEEPER_TEST_TOKEN_LABEL and
// DKIMKEEPER_TEST_PIN_FILE. Keys that the suite generates in a real token stay there.
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "hsm/pkcs11/open_pkcs11_token.h"
#include "hsm/remote/remote_token.h"
#include "tests/contract/token_contract.h"
#include "tests/fakes/fake_token.h"
#include "tests/fakes/run_program.h"
#include "tests/fakes/softhsm_token_dir.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fakes/thread_workers.h"

namespace dkimkeeper {
namespace {

std::unique_ptr<Token> OpenOrThrow(const Pkcs11Options& options) {
  Result<std::unique_ptr<Token>> token = OpenPkcs11Token(options);
  if (!token) throw std::runtime_error(token.error().reason + ": " + token.error().message);
  return std::move(*token);
}

class Fake final : public TokenUnderTest {
 public:
  Token& token() override { return token_; }
  bool Import(const KeyId& id, const SoftwareKey& key, const std::string& label) override {
    token_.Import(id, key, label);
    return true;
  }

 private:
  FakeToken token_;
};

class SoftHsm final : public TokenUnderTest {
 public:
  SoftHsm()
      : token_(OpenOrThrow({.name = "test",
                            .module_path = SoftHsmTokenDir::module_path(),
                            .token = {.label = softhsm_.label()},
                            .pin = pkcs11::PinReference::File(softhsm_.pin_file())})) {}
  Token& token() override { return *token_; }
  bool Import(const KeyId& id, const SoftwareKey& key, const std::string& label) override {
    const std::filesystem::path pem = softhsm_.directory() / "import.pem";
    key.WritePem(pem);
    softhsm_.ImportKey(pem, id.ToHex(), label);
    return true;
  }

 private:
  SoftHsmTokenDir softhsm_;
  std::unique_ptr<Token> token_;
};

// Imports with OpenSC's pkcs11-tool, as a process of its own.
class NamedModule final : public TokenUnderTest {
 public:
  NamedModule(std::string module, std::string label, std::string pin_file)
      : module_(std::move(module)),
        label_(std::move(label)),
        pin_file_(std::move(pin_file)),
        token_(OpenOrThrow({.name = "named",
                            .module_path = module_,
                            .token = {.label = label_},
                            .pin = pkcs11::PinReference::File(pin_file_)})) {}
  Token& token() override { return *token_; }
  bool Import(const KeyId& id, const SoftwareKey& key, const std::string& label) override {
    const TempDir directory;
    const std::filesystem::path pem = directory.path() / "import.pem";
    key.WritePem(pem);
    std::string pin;
    std::getline(std::ifstream(pin_file_), pin);
    setenv("KEEPER_CONTRACT_PIN", pin.c_str(), 1);
    const ProgramResult imported =
        RunProgram({"pkcs11-tool", "--module", module_, "--token-label", label_, "--login", "--pin",
                    "env:KEEPER_CONTRACT_PIN", "--write-object", pem.string(), "--type", "privkey",
                    "--id", id.ToHex(), "--label", label});
    unsetenv("KEEPER_CONTRACT_PIN");
    return imported.exit_status == 0;
  }

 private:
  std::string module_, label_, pin_file_;
  std::unique_ptr<Token> token_;
};

// Another implementation, asked over sockets by way of two workers.
template <typename Inner>
class BehindWorkers final : public TokenUnderTest {
 public:
  BehindWorkers() {
    const Outcome ready =
        token_.WaitUntilReady(std::chrono::steady_clock::now() + std::chrono::seconds(60));
    if (!ready) throw std::runtime_error(ready.error().message);
  }
  Token& token() override { return token_; }
  bool Import(const KeyId& id, const SoftwareKey& key, const std::string& label) override {
    return inner_.Import(id, key, label);
  }

 private:
  Inner inner_;
  ThreadWorkers workers_{inner_.token()};
  RemoteToken token_{{.name = inner_.token().Info().name}, workers_};
};

std::vector<TokenImplementation> FromEnvironment() {
  const char* module = std::getenv("DKIMKEEPER_TEST_MODULE");
  const char* label = std::getenv("DKIMKEEPER_TEST_TOKEN_LABEL");
  const char* pin_file = std::getenv("DKIMKEEPER_TEST_PIN_FILE");
  if (module == nullptr || label == nullptr || pin_file == nullptr) return {};
  const auto make = [=] { return std::make_unique<NamedModule>(module, label, pin_file); };
  return {{"NamedModule", make}};
}

template <typename Implementation>
TokenImplementation Named(const char* name) {
  return {name, [] { return std::make_unique<Implementation>(); }};
}

INSTANTIATE_TEST_SUITE_P(Fake, TokenContract, testing::Values(Named<Fake>("Fake")));
INSTANTIATE_TEST_SUITE_P(SoftHsm, TokenContract, testing::Values(Named<SoftHsm>("SoftHsm")));
INSTANTIATE_TEST_SUITE_P(RemoteFake, TokenContract,
                         testing::Values(Named<BehindWorkers<Fake>>("RemoteFake")));
INSTANTIATE_TEST_SUITE_P(RemoteSoftHsm, TokenContract,
                         testing::Values(Named<BehindWorkers<SoftHsm>>("RemoteSoftHsm")));
INSTANTIATE_TEST_SUITE_P(NamedModule, TokenContract, testing::ValuesIn(FromEnvironment()));

}  // namespace
}  // namespace dkimkeeper

#include "hsm/pkcs11/pkcs11_token.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <utility>

#include "hsm/key_purpose.h"
#include "hsm/pkcs11/destroy_operation.h"
#include "hsm/pkcs11/find_operations.h"
#include "hsm/pkcs11/generate_operation.h"
#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

using DigestBytes = std::array<std::uint8_t, Sha256Digest::kSize>;

// A broken OpenSSL is no condition to carry on in.
Sha256Digest Hash(const CryptoLibrary& library, std::span<const std::uint8_t> bytes) {
  DigestBytes digest = {};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, library.sha256(), nullptr) !=
      1) {
    std::abort();
  }
  return Sha256Digest(digest);
}

Sha256Digest RandomDigest() {
  DigestBytes digest = {};
  if (RAND_bytes(digest.data(), static_cast<int>(digest.size())) != 1) std::abort();
  return Sha256Digest(digest);
}

}  // namespace

Pkcs11Token::Pkcs11Token(std::string name, std::unique_ptr<CryptoLibrary> library,
                         std::unique_ptr<Connection> connection, Mechanisms mechanisms,
                         ProcessLock processes)
    : name_(std::move(name)),
      library_(std::move(library)),
      connection_(std::move(connection)),
      mechanisms_(std::move(mechanisms)),
      directory_(*library_, processes),
      loop_(*connection_) {}

Result<std::unique_ptr<Token>> Pkcs11Token::Open(const Pkcs11Options& options,
                                                 const Module::Interceptor& interceptor) {
  Result<std::unique_ptr<CryptoLibrary>> library = CryptoLibrary::Open();
  if (!library) return Forward(library);
  const auto alone = ProcessLock(options.shared_file)
                         .Take(ProcessLock::Place::kStartUp, ProcessLock::Mode::kExclusive,
                               std::chrono::steady_clock::now() + options.start_up_time);
  if (!alone) {
    return Fail(Code::kUnavailable, reason::kTokenAway,
                "Another worker of token " + options.name + " is starting; it takes long.");
  }
  Attempt<std::unique_ptr<Module>> module = Module::Load(options.module_path, interceptor);
  if (!module) return tl::unexpected<Error>(std::move(module.error().error));
  Attempt<std::unique_ptr<Connection>> connection = Connection::Open(
      std::move(*module),
      ConnectionOptions{options.token, options.pin, options.sessions, options.login_interval,
                        options.reinitialise_interval, options.shared_file});
  if (!connection) return tl::unexpected<Error>(std::move(connection.error().error));
  Attempt<Mechanisms> mechanisms =
      Mechanisms::Read((*connection)->calls(), (*connection)->token().slot);
  if (!mechanisms) return tl::unexpected<Error>(std::move(mechanisms.error().error));
  return std::unique_ptr<Token>(new Pkcs11Token(options.name, std::move(*library),
                                                std::move(*connection), std::move(*mechanisms),
                                                ProcessLock(options.shared_file)));
}

Result<TokenKey> Pkcs11Token::GenerateKeyPair(const KeySpec& spec, Deadline deadline) {
  if (Outcome good = CheckLabel(spec.label, spec.purpose); !good) return Forward(good);
  if (Outcome good = mechanisms_.CheckGeneration(spec.algorithm, spec.rsa_bits); !good) {
    return Forward(good);
  }
  GenerateOperation operation(directory_, spec,
                              template_variants_[static_cast<std::size_t>(spec.algorithm)]);
  if (Outcome done = loop_.Perform(operation, deadline); !done) return Forward(done);
  return operation.TakeKey();
}

Result<std::vector<TokenKey>> Pkcs11Token::FindKeys(Deadline deadline) {
  FindKeysOperation operation(directory_);
  if (Outcome done = loop_.Perform(operation, deadline); !done) return Forward(done);
  return operation.TakeKeys();
}

Result<TokenKey> Pkcs11Token::FindKey(const KeyId& id, Deadline deadline) {
  FindKeyOperation operation(directory_, id);
  if (Outcome done = loop_.Perform(operation, deadline); !done) return Forward(done);
  return operation.TakeKey();
}

void Pkcs11Token::Expect(const KeyId& id, const PublicKey& public_key) {
  directory_.cache().Expect(id, public_key);
}

Result<std::string> Pkcs11Token::Sign(const KeyId& id, const Sha256Digest& digest,
                                      Deadline deadline) {
  return Perform({directory_, id, digest, digest.bytes(), SignOperation::Subject::kMail}, deadline);
}

Result<std::string> Pkcs11Token::SignNote(const KeyId& id, std::span<const std::uint8_t> note,
                                          Deadline deadline) {
  const Sha256Digest digest = Hash(*library_, note);
  return Perform({directory_, id, digest, note, SignOperation::Subject::kNote}, deadline);
}

Result<std::string> Pkcs11Token::Perform(SignOperation operation, Deadline deadline) {
  if (Outcome done = loop_.Perform(operation, deadline); !done) return Forward(done);
  return operation.TakeSignature();
}

Outcome Pkcs11Token::DestroyPermanently(const KeyId& id, Deadline deadline) {
  DestroyOperation operation(directory_, id);
  return loop_.Perform(operation, deadline);
}

Outcome Pkcs11Token::RemoveRemains(const KeyId& id, Deadline deadline) {
  RemainsOperation operation(directory_, id);
  return loop_.Perform(operation, deadline);
}

Outcome Pkcs11Token::CheckHealth(Deadline deadline) {
  const std::lock_guard lock(health_mutex_);
  Outcome healthy = SignForHealth(deadline);
  if (healthy || healthy.error().reason != reason::kTokenKeyUnknown) return healthy;
  // Somebody removed the health key: that is no illness.
  health_key_.reset();
  return SignForHealth(deadline);
}

Outcome Pkcs11Token::SignForHealth(Deadline deadline) {
  if (!health_key_) {
    Result<KeyId> key = HealthKey(deadline);
    if (!key) return Forward(key);
    health_key_ = std::move(*key);
  }
  const Result<std::string> signature = Sign(*health_key_, RandomDigest(), deadline);
  if (!signature) return Forward(signature);
  return {};
}

// By label, and not by reading all keys, which takes seconds where there are many; of several, all
// workers agree on one.
Result<KeyId> Pkcs11Token::HealthKey(Deadline deadline) {
  const std::string label = std::string(LabelPrefix(KeyPurpose::kHealth)) + name_;
  FindLabelledOperation operation(directory_, label);
  if (Outcome done = loop_.Perform(operation, deadline); !done) return Forward(done);
  if (operation.id()) return *operation.id();

  KeySpec spec{.id = KeyId::Random(), .purpose = KeyPurpose::kHealth, .label = label};
  if (mechanisms_.CheckGeneration(Algorithm::kEd25519Sha256, 0)) {
    spec.algorithm = Algorithm::kEd25519Sha256;
  }
  Result<TokenKey> key = GenerateKeyPair(spec, deadline);
  if (!key) return Forward(key);
  return std::move(key->id);
}

TokenInfo Pkcs11Token::Info() const {
  const TokenDescription& token = connection_->token();
  return {.name = name_,
          .label = token.label,
          .manufacturer = token.manufacturer,
          .model = token.model,
          .serial = token.serial,
          .algorithms = mechanisms_.algorithms(),
          .sessions = connection_->pool().limit()};
}

}  // namespace dkimkeeper::pkcs11

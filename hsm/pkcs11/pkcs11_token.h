// Token on PKCS#11: the parts put together.
#ifndef HSM_PKCS11_PKCS11_TOKEN_H_
#define HSM_PKCS11_PKCS11_TOKEN_H_

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hsm/pkcs11/connection.h"
#include "hsm/pkcs11/crypto_library.h"
#include "hsm/pkcs11/key_directory.h"
#include "hsm/pkcs11/mechanisms.h"
#include "hsm/pkcs11/pkcs11_options.h"
#include "hsm/pkcs11/recovery_loop.h"
#include "hsm/pkcs11/sign_operation.h"
#include "hsm/token.h"

namespace dkimkeeper::pkcs11 {

// See Token for each call. Programs use OpenPkcs11Token; this header brings PKCS#11's types along.
class Pkcs11Token final : public Token {
 public:
  // One attempt, without the patience of OpenPkcs11Token.
  [[nodiscard]] static Result<std::unique_ptr<Token>> Open(const Pkcs11Options& options,
                                                           const Module::Interceptor& interceptor);

  [[nodiscard]] Result<TokenKey> GenerateKeyPair(const KeySpec& spec, Deadline deadline) override;
  [[nodiscard]] Result<std::vector<TokenKey>> FindKeys(Deadline deadline) override;
  [[nodiscard]] Result<TokenKey> FindKey(const KeyId& id, Deadline deadline) override;
  void Expect(const KeyId& id, const PublicKey& public_key) override;
  [[nodiscard]] Result<std::string> Sign(const KeyId& id, const Sha256Digest& digest,
                                         Deadline deadline) override;
  [[nodiscard]] Result<std::string> SignNote(const KeyId& id, std::span<const std::uint8_t> note,
                                             Deadline deadline) override;
  [[nodiscard]] Outcome DestroyPermanently(const KeyId& id, Deadline deadline) override;
  [[nodiscard]] Outcome RemoveRemains(const KeyId& id, Deadline deadline) override;
  [[nodiscard]] Outcome CheckHealth(Deadline deadline) override;
  [[nodiscard]] TokenInfo Info() const override;

 private:
  Pkcs11Token(std::string name, std::unique_ptr<CryptoLibrary> library,
              std::unique_ptr<Connection> connection, Mechanisms mechanisms, ProcessLock processes);

  [[nodiscard]] Result<std::string> Perform(SignOperation operation, Deadline deadline);
  [[nodiscard]] Result<KeyId> HealthKey(Deadline deadline);
  [[nodiscard]] Outcome SignForHealth(Deadline deadline);

  const std::string name_;
  const std::unique_ptr<CryptoLibrary> library_;
  const std::unique_ptr<Connection> connection_;
  const Mechanisms mechanisms_;
  KeyDirectory directory_;
  RecoveryLoop loop_;
  std::array<std::atomic<std::size_t>, 2> template_variants_ = {};  // by Algorithm
  std::mutex health_mutex_;  // one check at a time: two would generate two keys
  std::optional<KeyId> health_key_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_PKCS11_TOKEN_H_

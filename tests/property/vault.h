// A token's inside, and one daemon's line to it.
#ifndef TESTS_PROPERTY_VAULT_H_
#define TESTS_PROPERTY_VAULT_H_

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "hsm/token.h"
#include "tests/fakes/software_key.h"
#include "tests/property/host.h"

namespace dkimkeeper::sim {

// Keys outlive every daemon. Not thread-safe.
class Vault {
 public:
  struct Entry {
    SoftwareKey key;
    TokenKey seen;
    bool late = false;  // by then nobody intended it any more: a host stood still in the act
  };

  explicit Vault(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::map<KeyId, Entry>& keys() { return keys_; }
  [[nodiscard]] SoftwareKey NewPair(Algorithm algorithm);

  [[nodiscard]] bool away(Instant now) const { return away_until_ > now; }
  void GoAway(Instant until) { away_until_ = until; }

 private:
  const std::string name_;
  std::map<KeyId, Entry> keys_;
  std::size_t rsa_pairs_ = 0;
  Instant away_until_{};
};

// Not thread-safe.
class VaultLink final : public Token {
 public:
  struct Parts {
    Vault& vault;
    Host& host;
    Agenda& agenda;
    Tally& tally;
    std::function<bool(const KeyId&)> intended;  // by what the store says
  };
  explicit VaultLink(Parts parts) : parts_(std::move(parts)) {}  // all must outlive this

  [[nodiscard]] Result<TokenKey> GenerateKeyPair(const KeySpec& spec, Deadline deadline) override;
  [[nodiscard]] Result<std::vector<TokenKey>> FindKeys(Deadline deadline) override;
  [[nodiscard]] Result<TokenKey> FindKey(const KeyId& id, Deadline deadline) override;
  void Expect(const KeyId& /*id*/, const PublicKey& /*public_key*/) override {}
  [[nodiscard]] Result<std::string> Sign(const KeyId& id, const Sha256Digest& digest,
                                         Deadline deadline) override;
  [[nodiscard]] Result<std::string> SignNote(const KeyId& id, std::span<const std::uint8_t> note,
                                             Deadline deadline) override;
  [[nodiscard]] Outcome DestroyPermanently(const KeyId& id, Deadline deadline) override;
  [[nodiscard]] Outcome RemoveRemains(const KeyId& id, Deadline deadline) override;
  [[nodiscard]] Outcome CheckHealth(Deadline deadline) override;
  [[nodiscard]] TokenInfo Info() const override;

 private:
  // What becomes of one call.
  [[nodiscard]] Fate Meet();

  const Parts parts_;
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_VAULT_H_

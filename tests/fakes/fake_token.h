// A Token in memory: real signatures by OpenSSL, and faults on demand.
#ifndef TESTS_FAKES_FAKE_TOKEN_H_
#define TESTS_FAKES_FAKE_TOKEN_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hsm/token.h"
#include "tests/fakes/software_key.h"

namespace dkimkeeper {

// Keeps the contract of Token (tests/contract/token_contract.h runs on it) until a fault says
// otherwise. Thread-safe.
class FakeToken final : public Token {
 public:
  enum class Call : std::uint8_t {
    kGenerateKeyPair,
    kFindKeys,
    kFindKey,
    kSign,
    kSignNote,
    kDestroyPermanently,
    kCheckHealth,
    kRemoveRemains,
  };

  explicit FakeToken(std::string name = "fake");

  // --- Faults. `nth` counts calls of that kind from now: 1 is the next. Each happens once.
  // The call does nothing and fails.
  void Fail(Call call, unsigned nth, Error error);
  // The call does its work and then fails: the doubtful failure.
  void FailAfterwards(Call call, unsigned nth, Error error);
  // The n-th signature has one wrong byte, as if damaged on its way here.
  void CorruptSignature(unsigned nth, Call call = Call::kSign);
  // Calls of this kind wait until Release, or their deadline (DEADLINE_EXCEEDED/DEADLINE).
  void Hold(Call call);
  void Release(Call call);
  // Blocks until `count` calls of this kind are held.
  void WaitUntilHeld(Call call, unsigned count);

  // What Info says of its workers; it works all the same.
  void SetReadyWorkers(unsigned ready);
  // What Info says that it can sign with; both by default.
  void SetAlgorithms(std::vector<Algorithm> algorithms);
  // How often an operator allowed a login.
  [[nodiscard]] unsigned logins_allowed() const;

  // --- The world outside.
  // A key that was not born here: extractable once, not local.
  void Import(const KeyId& id, const SoftwareKey& key, std::string label);
  // Another key pair under the same id, as after a bad restore.
  void ReplaceKey(const KeyId& id, const SoftwareKey& key);
  // Calls of this kind until now, failed ones included.
  [[nodiscard]] unsigned calls(Call call) const;

  // --- Token
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
  void AllowLogin() override;
  [[nodiscard]] TokenInfo Info() const override;

 private:
  struct Fault {
    Call call;
    unsigned at;  // value of the call's counter
    std::optional<Error> error;
    bool afterwards = false;
    bool corrupt = false;
  };
  struct Entry {
    SoftwareKey key;
    TokenKey seen;
  };

  // Counts the call, waits while it is held, and takes the fault that is due; fails at once when
  // that says so.
  [[nodiscard]] Result<std::optional<Fault>> Begin(Call call, Deadline deadline);
  void AddFault(Fault fault, unsigned nth);
  void Insert(const SoftwareKey& key, TokenKey seen);
  [[nodiscard]] Result<Entry> Lookup(const KeyId& id) const;
  using SignWith = std::function<std::string(const SoftwareKey&)>;
  [[nodiscard]] Result<std::string> SignAs(Call call, const KeyId& id, Deadline deadline,
                                           const SignWith& sign_with);

  const std::string name_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<KeyId, Entry> keys_;
  std::map<KeyId, PublicKey> expected_;
  std::map<Call, unsigned> counters_;
  std::map<Call, bool> held_;
  std::map<Call, unsigned> waiting_;
  std::deque<Fault> faults_;
  unsigned ready_workers_ = 1;
  unsigned logins_allowed_ = 0;
  std::vector<Algorithm> algorithms_{Algorithm::kRsaSha256, Algorithm::kEd25519Sha256};
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_FAKE_TOKEN_H_

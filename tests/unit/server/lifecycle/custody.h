// The whole custody without its edges: registry, life cycle and signing decisions over a store and
// a token in memory, on a clock that a test moves.
#ifndef TESTS_UNIT_SERVER_LIFECYCLE_CUSTODY_H_
#define TESTS_UNIT_SERVER_LIFECYCLE_CUSTODY_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/lifecycle/key_operations.h"
#include "server/lifecycle/reconcile.h"
#include "tests/fakes/fake_token.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/memory_store.h"
#include "tests/fakes/quiet_tokens.h"
#include "tests/fakes/recording_audit_log.h"
#include "tests/fakes/sample_keys.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {

// Holds example.com with the senders "default" and "news"; Admin() may do everything.
class Custody {
 public:
  Custody();
  Custody(const Custody&) = delete;
  Custody& operator=(const Custody&) = delete;
  ~Custody() = default;

  MemoryStore store;
  FakeToken token{"main"};     // the first configured one
  FakeToken second{"second"};  // another one
  ManualClock clock;
  TokenLimits limits;  // of the first token, from the next Restart on
  RecordingAuditLog audit;
  std::vector<std::string> events;  // not for tests with several threads

  [[nodiscard]] Registry& registry() { return *registry_; }
  [[nodiscard]] KeyOperations& operations() { return *operations_; }
  [[nodiscard]] AlarmBoard& alarms() { return *alarms_; }
  [[nodiscard]] const Tokens& tokens() const { return tokens_->all(); }
  [[nodiscard]] EventLog& log() { return log_; }
  [[nodiscard]] Timestamp now() const { return ToTimestamp(clock.Now()); }

  // The process dies and starts again over what the store and the token hold; nothing is reconciled
  // yet. The store must not be away.
  void Restart();
  // The first token; findings.
  [[nodiscard]] Result<std::vector<std::string>> Reconciled() { return Reconciled("main"); }
  [[nodiscard]] Result<std::vector<std::string>> Reconciled(std::string_view token);

  // Each call without an id is a new request.
  [[nodiscard]] Mutation Request(std::optional<std::string> id = {}, Identity caller = Admin());
  [[nodiscard]] Result<KeyPtr> Generate(std::string selector, const Mutation& mutation);
  [[nodiscard]] Result<KeyPtr> Generate(std::string selector) {
    return Generate(std::move(selector), Request());
  }
  [[nodiscard]] Result<KeyPtr> Activate(std::string_view selector, const Mutation& mutation);
  [[nodiscard]] Result<KeyPtr> Activate(std::string_view selector) {
    return Activate(selector, Request());
  }
  [[nodiscard]] Result<KeyPtr> Revoke(std::string_view selector, bool compromised = true) {
    return operations().Revoke(Request(), Name(selector), {.compromised = compromised});
  }
  [[nodiscard]] Result<KeyPtr> Destroy(std::string_view selector) {
    return operations().Destroy(Request(), Name(selector));
  }
  [[nodiscard]] static KeyRequest Name(std::string_view selector) {
    return {sample::DomainOf("example.com"), sample::SelectorOf(selector)};
  }

  // As the registry has it; null: no row.
  [[nodiscard]] KeyPtr Row(std::string_view selector) const;
  // Its state now, "" without a row.
  [[nodiscard]] std::string State(std::string_view selector) const;
  // Changes the store behind everybody's back, and takes it over.
  void Put(const std::vector<Change>& changes);

  // What the token holds for mail.
  [[nodiscard]] std::vector<TokenKey> TokenKeys();
  // One sentence a broken promise between store and token, quarantined keys left out. To be asked
  // when no act is in progress.
  [[nodiscard]] std::vector<std::string> BrokenPromises();

  [[nodiscard]] static Error TokenAway() { return {Code::kUnavailable, "TOKEN_AWAY", "away"}; }

 private:
  EventLog log_;
  std::unique_ptr<AlarmBoard> alarms_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<QuietTokens> tokens_;
  std::unique_ptr<KeyOperations> operations_;
  int requests_ = 0;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_LIFECYCLE_CUSTODY_H_

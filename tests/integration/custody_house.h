// A custody on the real thing: a SoftHSM token, an SQLite store, a clock that a test moves.
#ifndef TESTS_INTEGRATION_CUSTODY_HOUSE_H_
#define TESTS_INTEGRATION_CUSTODY_HOUSE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/lifecycle/key_operations.h"
#include "server/lifecycle/reconcile.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/quiet_tokens.h"
#include "tests/fakes/recording_audit_log.h"
#include "tests/fakes/softhsm_token_dir.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {

// Holds example.com; "unix:admin" may do everything, sign included. Throws
// tl::bad_expected_access where the world around the story is broken.
class CustodyHouse {
 public:
  CustodyHouse();

  SoftHsmTokenDir softhsm;
  ManualClock clock;
  RecordingAuditLog audit;

  // The process ends and starts again: module, store and registry are opened anew, then reconciled.
  // Answers the findings.
  std::vector<std::string> Restart();

  [[nodiscard]] Registry& registry() { return *registry_; }
  [[nodiscard]] Token& token() { return *token_; }
  [[nodiscard]] KeyOperations& operations() { return *operations_; }
  [[nodiscard]] Result<std::vector<std::string>> Reconciled();
  [[nodiscard]] Timestamp now() const { return ToTimestamp(clock.Now()); }
  [[nodiscard]] Deadline Soon() const { return clock.Steady() + std::chrono::seconds(10); }

  [[nodiscard]] Mutation NewRequest();
  [[nodiscard]] Result<KeyPtr> Generate(std::string selector, Algorithm algorithm);
  [[nodiscard]] Result<KeyPtr> Activate(std::string_view selector);
  [[nodiscard]] KeyPtr Row(std::string_view selector);
  [[nodiscard]] std::string State(std::string_view selector);
  // What a mail host does: asks for a signature over the digest of `mail` with that selector. ""
  // when it verifies under the registered public key, else the reason.
  [[nodiscard]] std::string SignMail(std::string_view selector, std::string_view mail = "mail");

 private:
  void Close();
  void Open();

  TempDir dir_;
  EventLog events_{[](Severity, std::string_view) {}};
  AlarmBoard alarms_{events_};
  std::unique_ptr<Token> token_;
  std::unique_ptr<KeyStore> store_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<QuietTokens> tokens_;
  std::unique_ptr<KeyOperations> operations_;
  int requests_ = 0;
};

}  // namespace dkimkeeper

#endif  // TESTS_INTEGRATION_CUSTODY_HOUSE_H_

// The key that signs an audit log's checkpoints.
#ifndef SERVER_AUDIT_AUDIT_KEY_H_
#define SERVER_AUDIT_AUDIT_KEY_H_

#include <chrono>
#include <optional>
#include <string>

#include "proto/audit/signed_note.h"
#include "proto/base/clock.h"
#include "server/tokens/tokens.h"

namespace dkimkeeper {

// An Ed25519 key of purpose audit in one of the tokens. Its CKA_ID is made of the log's name, so
// that it is found without reading all keys, and by every daemon of that name alike. Not
// thread-safe.
class AuditKey {
 public:
  // `token`: by name; empty: the first that does Ed25519. All must outlive this.
  AuditKey(const Tokens& tokens, const Clock& clock, std::string origin, std::string token);

  // Finds the key, or generates it where the token has none, once; then answers from memory. Blocks
  // on the token. FAILED_PRECONDITION/ALGORITHM_UNSUPPORTED: no token does Ed25519;
  // UNAVAILABLE/TOKEN_AWAY: the one to ask is away, or was never there to say what it does; errors
  // of Token::FindKey and GenerateKeyPair.
  [[nodiscard]] Result<VerifierKey> Find();

  // Signs `note.text`. Errors of Find and Token::SignNote; a key that is gone is looked for again
  // at the next call.
  [[nodiscard]] Outcome Sign(SignedNote& note);

 private:
  [[nodiscard]] Result<Token*> Choose() const;
  [[nodiscard]] Result<TokenKey> FindIn(Token& token) const;

  const Tokens& tokens_;
  const Clock& clock_;
  const std::string origin_;
  const std::string token_name_;
  const KeyId id_;
  Token* token_ = nullptr;  // that has the key; null: not found yet
  std::optional<VerifierKey> key_;
};

}  // namespace dkimkeeper

#endif  // SERVER_AUDIT_AUDIT_KEY_H_

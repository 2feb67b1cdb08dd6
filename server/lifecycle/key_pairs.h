// Key pairs in their tokens: made, found again, removed; each outcome goes into the registry at
// once.
#ifndef SERVER_LIFECYCLE_KEY_PAIRS_H_
#define SERVER_LIFECYCLE_KEY_PAIRS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "hsm/token.h"
#include "proto/base/clock.h"
#include "server/lifecycle/key_decisions.h"
#include "server/tokens/tokens.h"

namespace dkimkeeper {

// Something that a key signed to show that it can.
struct SignedSample {
  Sha256Digest digest;
  std::string signature;  // as Token::Sign answers it
};

// Thread-safe for different keys: whoever works on a key has it claimed (key_claims.h). Every call
// blocks on the key's token. Errors: of that token, of Registry::Update, NOT_FOUND/TOKEN_UNKNOWN.
class KeyPairs {
 public:
  struct Parts {
    Registry& registry;
    const Tokens& tokens;
    const Clock& clock;
  };
  explicit KeyPairs(const Parts& parts) : parts_(parts) {}  // all must outlive this

  // Whether an earlier call may have left something of the pair behind.
  enum class Start : std::uint8_t { kAfresh, kAgain };

  // Makes the pair of `intent`. Refused by the token, its intent is taken back; a failure in doubt
  // leaves it.
  [[nodiscard]] Result<KeyPtr> Make(const Key& intent, Start start);

  // The pair that an interrupted call made. Null: the token never made it. One that is not as it
  // must be is refused (KEY_NOT_BORN_HERE), and its intent taken back.
  [[nodiscard]] Result<KeyPtr> FindMade(const Key& intent);

  // Takes an intent back: its pair was never made.
  [[nodiscard]] Outcome Undo(const Key& intent);

  // FAILED_PRECONDITION/KEY_CHANGED where the token holds another key under that id: it stays.
  [[nodiscard]] Result<KeyPtr> Remove(const Key& key);

  // Signs something with it.
  [[nodiscard]] Outcome CheckSigns(const Key& key);
  // The same, with what was signed: 32 random bytes.
  [[nodiscard]] Result<SignedSample> SignSample(const Key& key);

  // NOT_FOUND/TOKEN_KEY_UNKNOWN.
  [[nodiscard]] Result<TokenKey> Find(const std::string& token, const KeyId& id);

  // Tells the key's token which public half it must find.
  void Expect(const Key& key);

 private:
  // TokenHealth::CheckAnswers: a token that has been away for some time is not waited for.
  [[nodiscard]] Result<Token*> TokenOf(const Key& key);
  [[nodiscard]] Result<KeyPtr> StoreBirth(const Key& intent, const TokenKey& made);
  [[nodiscard]] Result<std::optional<TokenKey>> LookUp(Token& token, const KeyId& id);
  [[nodiscard]] Timestamp Now() const { return ToTimestamp(parts_.clock.Now()); }

  const Parts parts_;
};

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_KEY_PAIRS_H_

// The one hardware seam: a token that holds private keys and signs with them.
//
// No function returns private key bytes, so no type holds them.
#ifndef HSM_TOKEN_H_
#define HSM_TOKEN_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hsm/key_id.h"
#include "proto/dkim/public_key.h"
#include "proto/dkim/sha256_digest.h"
#include "proto/result.h"

namespace dkimkeeper {

// What a key may be used for, fixed when it is generated: a token refuses any other use.
enum class KeyPurpose : std::uint8_t { kDkim, kHealth, kAudit };

// When the caller stops waiting. Monotonic.
using Deadline = std::chrono::steady_clock::time_point;

struct KeySpec {
  KeyId id;
  KeyPurpose purpose = KeyPurpose::kDkim;
  Algorithm algorithm = Algorithm::kRsaSha256;
  unsigned rsa_bits = 2048;  // 2048, 3072 or 4096; ignored for Ed25519
  std::string label;         // CKA_LABEL: `dkim:<domain>:<selector>`, `health:…`, `audit:…`
  // An earlier call with this id had a doubtful end: what it left behind is finished, not refused.
  bool continues = false;
};

// What the token says of a private key (PKCS#11 2.40 §4.9 and §4.4).
struct KeyAttributes {
  bool sensitive = false;
  bool always_sensitive = false;
  bool extractable = false;
  bool never_extractable = false;
  bool local = false;  // generated in this token
  bool modifiable = false;
  bool may_decrypt = false;                          // DECRYPT, UNWRAP, DERIVE or SIGN_RECOVER
  std::vector<std::string> allowed_mechanisms = {};  // names; empty: the token does not restrict
  friend bool operator==(const KeyAttributes&, const KeyAttributes&) = default;
};

// A private key that the token holds, seen from outside.
struct TokenKey {
  KeyId id;
  std::string label;
  KeyPurpose purpose = KeyPurpose::kDkim;  // by label; a foreign label counts as kDkim
  PublicKey public_key;
  unsigned rsa_bits = 0;  // 0 for Ed25519
  KeyAttributes attributes;
};

struct TokenInfo {
  std::string name;  // ours, from the configuration
  std::string label, manufacturer, model, serial;
  std::vector<Algorithm> algorithms;  // what its mechanism list allows
  unsigned sessions = 0;  // size of the pool now; of one worker's where there are several
  // Of a token behind worker processes; an in-process token is one worker that never restarts.
  unsigned workers = 1;         // as configured
  unsigned ready_workers = 1;   // that can sign now; with 0 the token is away
  std::uint64_t restarts = 0;   // of workers, since the start
  std::string last_error = {};  // why a worker could not start or was lost; empty: never
};

// Thread-safe. Every call returns within its deadline plus the module's own time limit.
//
// Errors common to all calls: UNAVAILABLE/TOKEN_AWAY (the token does not answer; recovers by
// itself), RESOURCE_EXHAUSTED/SESSIONS_BUSY, DEADLINE_EXCEEDED, FAILED_PRECONDITION/PIN_REFUSED
// (never retried by itself), INTERNAL (a code of the token that has no better name).
class Token {
 public:
  Token() = default;
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;
  virtual ~Token() = default;

  // Generates a pair in the token, reads its attributes back and refuses (and removes) a key that
  // is not born here, sensitive and unextractable: FAILED_PRECONDITION/KEY_NOT_BORN_HERE.
  // ALREADY_EXISTS/KEY_EXISTS for a known id, FAILED_PRECONDITION/ALGORITHM_UNSUPPORTED,
  // INVALID_ARGUMENT/BAD_KEY_SIZE, RESOURCE_EXHAUSTED/TOKEN_FULL. After a doubtful failure call
  // again with `spec.continues`.
  [[nodiscard]] virtual Result<TokenKey> GenerateKeyPair(const KeySpec& spec,
                                                         Deadline deadline) = 0;

  // Every private key of the two algorithms that the token holds, those of other programs included;
  // one whose CKA_ID is no KeyId or whose public key cannot be read is left out. An empty list
  // never proves that keys were deleted.
  [[nodiscard]] virtual Result<std::vector<TokenKey>> FindKeys(Deadline deadline) = 0;

  // NOT_FOUND/TOKEN_KEY_UNKNOWN; FAILED_PRECONDITION/TOKEN_REFUSED where two keys have the id or no
  // public key can be read.
  [[nodiscard]] virtual Result<TokenKey> FindKey(const KeyId& id, Deadline deadline) = 0;

  // Names the public key that Sign must find behind `id`; without it Sign takes the token's word,
  // the first time.
  // A key whose public half differs is refused: FAILED_PRECONDITION/KEY_CHANGED.
  virtual void Expect(const KeyId& id, const PublicKey& public_key) = 0;

  // Signs a digest with a key of purpose dkim or health. The signature is verified with the public
  // key before it is returned: RSA: modulus length, big-endian; Ed25519: 64 bytes.
  // NOT_FOUND/TOKEN_KEY_UNKNOWN, FAILED_PRECONDITION/WRONG_PURPOSE, /KEY_CHANGED, /KEY_TOO_SMALL
  // (RSA below 2048 bits), INTERNAL/BAD_SIGNATURE.
  [[nodiscard]] virtual Result<std::string> Sign(const KeyId& id, const Sha256Digest& digest,
                                                 Deadline deadline) = 0;

  // The rest of a signature that its first attempt did not settle; blocks and answers as Sign does.
  using SignRest = std::function<Result<std::string>()>;
  using SignBegun = std::variant<Result<std::string>, SignRest>;
  using SignDone = std::function<void(SignBegun begun)>;

  // Begins what Sign does where nobody has to be waited for, and does not block. `done` is called
  // once, from any thread, perhaps before this returns, and at the latest when Sign would return;
  // it must not block, and may begin another signature. False: it cannot be begun now, and `done`
  // is not called; Sign waits. The token must outlive all of it, a rest included.
  [[nodiscard]] virtual bool BeginSign(const KeyId& /*id*/, const Sha256Digest& /*digest*/,
                                       Deadline /*deadline*/, const SignDone& /*done*/) {
    return false;
  }

  // Signs `note` with a key of purpose audit only: Ed25519 over the note itself (RFC 8032), RSA
  // PKCS#1 v1.5 with SHA-256. Errors as Sign.
  [[nodiscard]] virtual Result<std::string> SignNote(const KeyId& id,
                                                     std::span<const std::uint8_t> note,
                                                     Deadline deadline) = 0;

  // Removes both halves; success means a find no longer sees the private key. A key that is not
  // there is a success.
  [[nodiscard]] virtual Outcome DestroyPermanently(const KeyId& id, Deadline deadline) = 0;

  // Removes what a generation that was cut short left behind: public halves under `id` where there
  // is no private one. A whole pair stays, and is a success too. Destroys no key: no limit counts.
  [[nodiscard]] virtual Outcome RemoveRemains(const KeyId& id, Deadline deadline) = 0;

  // A real signature with the token's health key, generated when there is none.
  [[nodiscard]] virtual Outcome CheckHealth(Deadline deadline) = 0;

  // An operator says that a refused PIN may be tried again, once. Does not wait for the login. Does
  // nothing where a login is tried with each call.
  virtual void AllowLogin() {}

  // What is known without asking the token.
  [[nodiscard]] virtual TokenInfo Info() const = 0;
};

}  // namespace dkimkeeper

#endif  // HSM_TOKEN_H_

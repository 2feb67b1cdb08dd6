// What the daemon and a token worker say to each other, as plain values.
//
// One SOCK_SEQPACKET pair joins them; a packet is one message (hsm/wire/codec.h). Neither side
// trusts the other: no message carries a PIN or private key bytes, and each is checked when it is
// read.
#ifndef HSM_WIRE_MESSAGES_H_
#define HSM_WIRE_MESSAGES_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "hsm/token.h"
#include "proto/dkim/sha256_digest.h"
#include "proto/result.h"

namespace dkimkeeper::wire {

// --- Daemon to worker

struct GenerateCall {
  KeySpec spec;
};
struct FindKeysCall {};
struct FindKeyCall {
  KeyId id;
};
// `expected` is the public key in the registry: the worker refuses a key that has another one. It
// travels with each signature, so that a worker that was started a moment ago knows it too. Empty
// `record_bytes`: take the token's word.
struct SignCall {
  KeyId id;
  Sha256Digest digest;
  PublicKey expected;
};
struct SignNoteCall {
  KeyId id;
  std::string note;  // at most kMaxNote bytes
  PublicKey expected;
};
struct DestroyCall {
  KeyId id;
};
struct HealthCall {};
struct RemainsCall {  // Token::RemoveRemains
  KeyId id;
};

using Call = std::variant<GenerateCall, FindKeysCall, FindKeyCall, SignCall, SignNoteCall,
                          DestroyCall, HealthCall, RemainsCall>;

struct Request {
  std::uint64_t number = 0;  // chosen by the daemon, never 0; every answer repeats it
  // When the daemon stops waiting for the worker: of this host's monotonic clock, which both read.
  Deadline deadline;
  Call call;
};

// --- Worker to daemon

// The first message of a worker that is logged in and signs.
struct Ready {
  TokenInfo token;
};
// Part of the answer to FindKeysCall: some parts, then one that is the last.
struct KeysPart {
  std::vector<TokenKey> keys;
  bool last = false;
};
struct Signature {
  std::string bytes;
};
struct Done {};

// An Error with number 0, before Ready, is why the worker cannot start.
using Answer = std::variant<Ready, Error, TokenKey, KeysPart, Signature, Done>;

struct Response {
  std::uint64_t number = 0;  // 0: answers no request (Ready, or why there is none)
  Answer answer;
};

}  // namespace dkimkeeper::wire

#endif  // HSM_WIRE_MESSAGES_H_

// What a local program and the mail host's agent say to each other, as plain values.
//
// A SOCK_SEQPACKET Unix socket joins them; a packet is one message (packet_codec.h). The program
// asks, the agent answers, one call at a time. Neither trusts the other, and no message carries
// private key bytes. Who asks is what the kernel says of the socket's other end, never what a
// message says.
#ifndef CLIENT_REFERENCE_PACKETS_H_
#define CLIENT_REFERENCE_PACKETS_H_

#include <chrono>
#include <string>
#include <variant>

#include "client/reference/reference.h"
#include "proto/dkim/algorithm.h"
#include "proto/dkim/public_key.h"
#include "proto/dkim/selector.h"
#include "proto/dkim/sender.h"
#include "proto/dkim/sha256_digest.h"
#include "proto/result.h"

namespace dkimkeeper {

// A key of `domain`: the one with this selector, or the one that signs now with this algorithm.
// `domain` is A-labels or U-labels, as the program has it; the agent reads it as a Domain.
struct FindCall {
  std::string domain;
  std::variant<Selector, Algorithm> which;
};

struct SignCall {
  Reference reference;
  Algorithm algorithm = Algorithm::kRsaSha256;
  Sha256Digest digest;
};

struct ReferenceRequest {
  // How long the program waits for the answer.
  std::chrono::milliseconds patience = {};
  std::variant<FindCall, SignCall> call;
};

// The answer to FindCall.
struct FoundKey {
  Reference reference;
  Sender sender;
  PublicKey public_key;  // says the algorithm, too

  friend bool operator==(const FoundKey&, const FoundKey&) = default;
};

// The answer to SignCall. RSA: as long as the modulus; Ed25519: 64 bytes.
struct RawSignature {
  std::string bytes;
};

using ReferenceAnswer = std::variant<Error, FoundKey, RawSignature>;

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_PACKETS_H_

// The public half of a DKIM key pair, in the form DNS publishes it.
#ifndef PROTO_DKIM_PUBLIC_KEY_H_
#define PROTO_DKIM_PUBLIC_KEY_H_

#include <compare>
#include <string>

#include "proto/dkim/algorithm.h"

namespace dkimkeeper {

// A value: copies and compares; equal exactly when the keys are.
struct PublicKey {
  Algorithm algorithm = Algorithm::kRsaSha256;
  // What p= holds, decoded from base64. RSA: DER SubjectPublicKeyInfo (RFC 6376 §3.6.1; 294
  // bytes for 2048 bits). Ed25519: the 32 raw bytes (RFC 8463 §4), not a SubjectPublicKeyInfo.
  std::string record_bytes;

  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_PUBLIC_KEY_H_

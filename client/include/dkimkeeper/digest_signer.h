// The one-method seam between building a DKIM signature and making it: a key file in tests, a fake,
// or custody on another host.
#ifndef CLIENT_INCLUDE_DKIMKEEPER_DIGEST_SIGNER_H_
#define CLIENT_INCLUDE_DKIMKEEPER_DIGEST_SIGNER_H_

#include <span>
#include <string>
#include <vector>

#include "proto/dkim/algorithm.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/selector.h"
#include "proto/dkim/sha256_digest.h"
#include "proto/result.h"

namespace dkimkeeper {

// "Sign this SHA-256 digest for this domain with this selector's key."
struct DigestToSign {
  Domain domain;
  Selector selector;
  Algorithm algorithm = Algorithm::kRsaSha256;
  Sha256Digest digest;
  // What `digest` is of (RFC 6376 §3.7, step 2), for a signer that has to look at it. MessageSigner
  // sets it; empty where there is a digest only.
  std::string header_block = {};
  // The signer's server demands it (SigningKey::headers_required).
  bool headers_required = false;
};

class DigestSigner {
 public:
  virtual ~DigestSigner() = default;

  // Signs all digests of one message at once. Answers one result for each item, in order: the raw
  // signature (RSA: as long as the modulus; Ed25519: 64 bytes) or why there is none. Thread-safe.
  [[nodiscard]] virtual std::vector<Result<std::string>> SignDigests(
      std::span<const DigestToSign> items) = 0;
};

}  // namespace dkimkeeper

#endif  // CLIENT_INCLUDE_DKIMKEEPER_DIGEST_SIGNER_H_

// The last part of the proof: the token signs, and what DNS shows verifies it.
#ifndef SERVER_ROTATION_PROOF_SIGNATURE_H_
#define SERVER_ROTATION_PROOF_SIGNATURE_H_

#include <string_view>
#include <utility>

#include "proto/dkim/sha256_digest.h"
#include "proto/result.h"
#include "server/rotation/published_proof.h"

namespace dkimkeeper {

// A published key that signed a value of ours. A value; activation takes nothing less.
class SignedProof {
 public:
  // INTERNAL/BAD_SIGNATURE unless `signature` of `digest`, made in the token, verifies with the key
  // as fetched from DNS (RFC 8017 §8.2.2; RFC 8463 §3). OpenSSL's default provider alone is used,
  // whatever openssl.cnf says.
  [[nodiscard]] static Result<SignedProof> Of(PublishedProof published, const Sha256Digest& digest,
                                              std::string_view signature);

  [[nodiscard]] const PublishedProof& published() const { return published_; }

 private:
  explicit SignedProof(PublishedProof published) : published_(std::move(published)) {}
  PublishedProof published_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_PROOF_SIGNATURE_H_

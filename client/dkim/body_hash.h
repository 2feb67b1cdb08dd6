// The body hash, bh=: RFC 6376 §3.7, step 1.
#ifndef CLIENT_DKIM_BODY_HASH_H_
#define CLIENT_DKIM_BODY_HASH_H_

#include <array>
#include <optional>
#include <string_view>

#include "client/dkim/body_canonicalization.h"
#include "client/dkim/line_splitter.h"
#include "client/dkim/sha256_stream.h"
#include "dkimkeeper/message_signer.h"
#include "proto/dkim/sha256_digest.h"
#include "proto/dkim/signature_field.h"
#include "proto/result.h"

namespace dkimkeeper {

// Hashes a body that comes in chunks of any size, once for each canonicalization that is required,
// in one pass, however many signatures share it. The whole body, always: there is no length, so
// l= cannot be made. Not thread-safe; neither copied nor moved.
class BodyHash {
 public:
  explicit BodyHash(BareNewline bare_newline) : lines_("body", bare_newline) {}
  BodyHash(const BodyHash&) = delete;
  BodyHash& operator=(const BodyHash&) = delete;

  // Before the first Append.
  void Require(Canonicalization canonicalization);

  // INVALID_ARGUMENT/BAD_MESSAGE: a bare CR or LF (LineSplitter); the hash is then of no use.
  [[nodiscard]] Outcome Append(std::string_view chunk);
  [[nodiscard]] Outcome Finish();

  // After Finish, for a canonicalization that was required.
  [[nodiscard]] Sha256Digest DigestOf(Canonicalization canonicalization) const;

 private:
  struct Lane {
    explicit Lane(Canonicalization canonicalization) : canonicalizer(canonicalization, hash) {}
    Sha256Stream hash;
    BodyCanonicalizer canonicalizer;
    std::optional<Sha256Digest> digest;
  };

  void Feed(const LinePiece& piece);

  LineSplitter lines_;
  std::array<std::optional<Lane>, 2> lanes_;  // by Canonicalization
};

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_BODY_HASH_H_

// The grammar of the DKIM-Signature field (RFC 6376 §3.5): tags in, text out, and back.
#ifndef PROTO_DKIM_SIGNATURE_FIELD_H_
#define PROTO_DKIM_SIGNATURE_FIELD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/dkim/algorithm.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/selector.h"
#include "proto/dkim/tag_list.h"
#include "proto/result.h"

namespace dkimkeeper {

enum class Canonicalization : std::uint8_t { kSimple, kRelaxed };  // RFC 6376 §3.4

// "simple" or "relaxed".
[[nodiscard]] std::string_view CanonicalizationName(Canonicalization canonicalization);

// c=: header and body independently. "relaxed" alone means relaxed/simple (RFC 6376 §3.5).
struct CanonicalizationPair {
  Canonicalization header = Canonicalization::kRelaxed;
  Canonicalization body = Canonicalization::kRelaxed;
  friend bool operator==(const CanonicalizationPair&, const CanonicalizationPair&) = default;
};

// INVALID_ARGUMENT/BAD_OPTION.
[[nodiscard]] Result<CanonicalizationPair> ParseCanonicalization(std::string_view text);

// A value. There is no l=: it is never emitted and never accepted here.
struct SignatureField {
  Algorithm algorithm = Algorithm::kRsaSha256;  // a=
  CanonicalizationPair canonicalization;        // c=
  Domain domain;                                // d=
  Selector selector;                            // s=
  std::string identity;                         // i=, as text; empty: not emitted
  std::vector<std::string> header_names;        // h=, in order, repeats included
  std::string body_hash;                        // bh=: 32 raw bytes
  std::string signature;                        // b=: raw bytes; empty in a template
  std::optional<std::int64_t> signed_at;        // t=, seconds since 1970
  std::optional<std::int64_t> expires_at;       // x=, seconds since 1970, later than t=

  friend bool operator==(const SignatureField&, const SignatureField&) = default;
};

// The tags in the order they are written: v a c d s [i] [t] [x] h bh b. b= is last and holds the
// base64 of `signature`, unfolded.
[[nodiscard]] std::vector<Tag> SignatureTags(const SignatureField& field);

// `value` is the field's body, folded or not. INVALID_ARGUMENT/BAD_TAG_LIST: v other than 1, a
// required tag missing, l= present, x= not later than t=, i= not at or below d=, bh= not 32 bytes,
// h= without From, q= without dns/txt. Other tags (z= and unknown ones) are ignored.
[[nodiscard]] Result<SignatureField> ParseSignatureField(std::string_view value);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_SIGNATURE_FIELD_H_

// A canonicalised header, split into its fields again.
#ifndef SERVER_SIGNING_CANONICAL_HEADER_H_
#define SERVER_SIGNING_CANONICAL_HEADER_H_

#include <string>
#include <string_view>
#include <vector>

#include "proto/dkim/signature_field.h"
#include "proto/result.h"

namespace dkimkeeper {

// A field as it is hashed, without its last CRLF. Both point into the block.
struct CanonicalField {
  std::string_view name;  // without white space before the colon (RFC 5322 §4.5.8)
  std::string_view value;
};

// A value; the block must outlive it.
struct CanonicalHeader {
  // A field ends with each CRLF that no white space follows. INVALID_ARGUMENT/BAD_HEADERS: a CR or
  // LF that stands alone, a field without a name and colon, a last field that is no DKIM-Signature.
  // Texts name fields by their number, never by their content.
  [[nodiscard]] static Result<CanonicalHeader> Split(std::string_view block);

  std::vector<CanonicalField> fields;  // of the message
  CanonicalField signature;            // the last one
};

// INVALID_ARGUMENT/BAD_HEADERS where `canonicalization` would change the block: RFC 6376 §3.4.2 for
// relaxed. Simple (§3.4.1) changes nothing.
[[nodiscard]] Outcome CheckCanonical(std::string_view block, Canonicalization canonicalization);

}  // namespace dkimkeeper

#endif  // SERVER_SIGNING_CANONICAL_HEADER_H_

// A second, naive reading of RFC 6376 to check the first one against: whole strings, one step of
// the standard after the other, nothing shared with client/dkim.
#ifndef TESTS_UNIT_CLIENT_DKIM_REFERENCE_VERIFIER_H_
#define TESTS_UNIT_CLIENT_DKIM_REFERENCE_VERIFIER_H_

#include <string>
#include <string_view>

#include "proto/dkim/sha256_digest.h"
#include "proto/dkim/signature_field.h"

namespace dkimkeeper {

// RFC 6376 §3.4.3 and §3.4.4.
[[nodiscard]] std::string ReferenceBody(Canonicalization canonicalization, std::string_view body);

// RFC 6376 §3.4.1 and §3.4.2; `field` without its final CRLF.
[[nodiscard]] std::string ReferenceHeaderField(Canonicalization canonicalization,
                                               std::string_view field);

[[nodiscard]] Sha256Digest ReferenceSha256(std::string_view octets);

// What a verifier reads from a message, CRLF line ends, that starts with a DKIM-Signature field:
// the digest that b= must sign, and whether bh= is right.
struct ReferenceVerdict {
  Sha256Digest digest;
  bool body_hash_matches;
};
[[nodiscard]] ReferenceVerdict ReferenceVerify(std::string_view signed_message,
                                               const SignatureField& signature);

// A DKIM-Signature field with the value of its b= removed, white space around it included.
[[nodiscard]] std::string WithoutSignature(std::string_view field);

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_CLIENT_DKIM_REFERENCE_VERIFIER_H_

// What was signed of a message: the digest of each of its DKIM-Signature fields, recomputed.
#ifndef CLIENT_AUDIT_MESSAGE_DIGESTS_H_
#define CLIENT_AUDIT_MESSAGE_DIGESTS_H_

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "client/dkim/header_field.h"
#include "proto/dkim/sha256_digest.h"
#include "proto/result.h"

namespace dkimkeeper {

// Whether the body is the one that was signed.
enum class BodyAgreement : std::uint8_t { kSame, kOther, kUnknown };

// Of one DKIM-Signature field, in the order of the header.
struct SignatureDigest {
  std::string domain;                            // d=, as it stands there
  std::string selector;                          // s=
  std::string algorithm;                         // a=
  Sha256Digest digest;                           // of the header, RFC 6376 §3.7
  BodyAgreement body = BodyAgreement::kUnknown;  // kUnknown with l=
};

// Fields that cannot be understood are left out. Lines may end in LF alone. Memory does not grow
// with the body. INVALID_ARGUMENT/BAD_MESSAGE: no header, no DKIM-Signature field that is
// understood, or `message` cannot be read.
[[nodiscard]] Result<std::vector<SignatureDigest>> DigestsOf(std::istream& message);

// The field with the value of its b= removed, and all else as it is (RFC 6376 §3.5).
[[nodiscard]] Result<HeaderField> WithoutSignature(const HeaderField& field);

}  // namespace dkimkeeper

#endif  // CLIENT_AUDIT_MESSAGE_DIGESTS_H_

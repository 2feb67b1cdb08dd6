// What a key reference file says: the name of a key, and its public half.
//
//   KeyReference ::= SEQUENCE { uri UTF8String, publicKey SubjectPublicKeyInfo }
//
// `uri` begins with "dkimkeeper:", which tells it from every other structure.
#ifndef CLIENT_REFERENCE_REFERENCE_BODY_H_
#define CLIENT_REFERENCE_REFERENCE_BODY_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "client/reference/reference.h"
#include "proto/dkim/public_key.h"
#include "proto/result.h"

namespace dkimkeeper {

// Of the PEM block that a reference file is.
inline constexpr std::string_view kReferenceLabel = "DKIM KEEPER KEY REFERENCE";
inline constexpr std::size_t kMaxReferencePublicKey = 4096;

// A value. It holds no socket and no secret: whoever reads it can verify, and sign only where the
// agent lets him.
struct ReferenceBody {
  Reference reference;
  PublicKey public_key;

  friend auto operator<=>(const ReferenceBody&, const ReferenceBody&) = default;
};

// DER. INVALID_ARGUMENT/BAD_REFERENCE where the public key is none that a reference may hold.
[[nodiscard]] Result<std::string> EncodeReferenceBody(const ReferenceBody& body);

// Anything but one whole body is INVALID_ARGUMENT/BAD_REFERENCE. Of the public key its envelope is
// checked: that an RSA modulus is one is for the library that uses it to find.
[[nodiscard]] Result<ReferenceBody> DecodeReferenceBody(std::string_view der);

// The key as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7; Ed25519: RFC 8410 §4), and back. Nothing for
// what is no such key of its algorithm.
[[nodiscard]] std::string ToSubjectPublicKeyInfo(const PublicKey& key);
[[nodiscard]] std::optional<PublicKey> FromSubjectPublicKeyInfo(std::string_view spki);

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_REFERENCE_BODY_H_

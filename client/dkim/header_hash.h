// The hash that is signed: RFC 6376 §3.7, step 2.
#ifndef CLIENT_DKIM_HEADER_HASH_H_
#define CLIENT_DKIM_HEADER_HASH_H_

#include <span>
#include <string>
#include <string_view>

#include "client/dkim/header_field.h"
#include "proto/dkim/sha256_digest.h"
#include "proto/dkim/signature_field.h"
#include "proto/result.h"

namespace dkimkeeper {

// What is hashed. `fields` are what h= selects, in its order. `signature` is the DKIM-Signature
// field exactly as it stands or will stand in the message, except that the value of b= is empty; it
// is hashed without a final CRLF.
[[nodiscard]] std::string HashedHeader(Canonicalization canonicalization,
                                       std::span<const HeaderField* const> fields,
                                       const HeaderField& signature);

// Its hash. INTERNAL/INTERNAL where OpenSSL fails.
[[nodiscard]] Result<Sha256Digest> HashHeader(std::string_view hashed_header);
// Both.
[[nodiscard]] Result<Sha256Digest> HashHeader(Canonicalization canonicalization,
                                              std::span<const HeaderField* const> fields,
                                              const HeaderField& signature);

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_HEADER_HASH_H_

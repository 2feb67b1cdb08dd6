// Header canonicalization: "simple" (RFC 6376 §3.4.1) and "relaxed" (RFC 6376 §3.4.2).
#ifndef CLIENT_DKIM_HEADER_CANONICALIZATION_H_
#define CLIENT_DKIM_HEADER_CANONICALIZATION_H_

#include <string>

#include "client/dkim/header_field.h"
#include "proto/dkim/signature_field.h"

namespace dkimkeeper {

// The field without its final CRLF.
[[nodiscard]] std::string CanonicalHeaderField(Canonicalization canonicalization,
                                               const HeaderField& field);

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_HEADER_CANONICALIZATION_H_

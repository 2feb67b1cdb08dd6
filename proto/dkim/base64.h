// Base64 (RFC 4648 §4) as DKIM uses it.
#ifndef PROTO_DKIM_BASE64_H_
#define PROTO_DKIM_BASE64_H_

#include <string>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// With padding, on one line.
[[nodiscard]] std::string EncodeBase64(std::string_view bytes);

// Ignores folding white space inside, as RFC 6376 §3.5 (b=) asks; padding is required and must
// be canonical. INVALID_ARGUMENT/BAD_BASE64.
[[nodiscard]] Result<std::string> DecodeBase64(std::string_view text);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_BASE64_H_

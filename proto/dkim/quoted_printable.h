// Quoted-printable as tag values use it: dkim-quoted-printable of i= (RFC 6376 §2.11), qp-section
// of n= (RFC 6376 §3.6.1, RFC 2045 §6.7).
#ifndef PROTO_DKIM_QUOTED_PRINTABLE_H_
#define PROTO_DKIM_QUOTED_PRINTABLE_H_

#include <optional>
#include <string>
#include <string_view>

namespace dkimkeeper {

// Every octet but visible ASCII without ';' and '=' becomes `=XX`, spaces included, so that the
// result fits both grammars and survives folding.
[[nodiscard]] std::string EncodeQuotedPrintable(std::string_view text);

// Undoes `=XX`, digits of any letter case; other octets stay as they are. Nothing where '=' is not
// followed by two digits. A caller whose grammar ignores white space removes it first.
[[nodiscard]] std::optional<std::string> DecodeQuotedPrintable(std::string_view text);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_QUOTED_PRINTABLE_H_

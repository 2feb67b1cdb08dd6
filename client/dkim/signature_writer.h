// The text of a DKIM-Signature field, folded (RFC 6376 §3.5, RFC 5322 §2.1.1 and §2.2.3).
#ifndef CLIENT_DKIM_SIGNATURE_WRITER_H_
#define CLIENT_DKIM_SIGNATURE_WRITER_H_

#include <string>
#include <string_view>

#include "proto/dkim/signature_field.h"

namespace dkimkeeper {

// "DKIM-Signature: v=1; …; b=": b= is last and empty, whatever `field.signature` holds; no final
// CRLF. This very text is hashed, and what is emitted starts with it.
//
// Lines are at most 78 characters. They are broken between tags, after a colon of h=, and after
// the `=` of a value that fits a line only alone; a value longer than a line (d= or s= of over 76
// characters) is never broken. A `;` always stands at the end of its value.
[[nodiscard]] std::string WriteSignatureTemplate(const SignatureField& field);

// The whole field: `text`, then `signature` (raw octets) in base64, folded at 78 characters, and
// the final CRLF.
[[nodiscard]] std::string CompleteSignature(std::string text, std::string_view signature);

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_SIGNATURE_WRITER_H_

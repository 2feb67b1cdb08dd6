// Signs one message by streaming it: RFC 6376 §5 from canonicalisation to the finished field.
#ifndef CLIENT_INCLUDE_DKIMKEEPER_MESSAGE_SIGNER_H_
#define CLIENT_INCLUDE_DKIMKEEPER_MESSAGE_SIGNER_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkimkeeper/digest_signer.h"
#include "proto/dkim/mailbox.h"
#include "proto/dkim/signature_field.h"
#include "proto/result.h"

namespace dkimkeeper {

// One signature to make; a message may get several (RSA and Ed25519) from one pass over its body.
struct SignatureSpec {
  Domain domain;
  Selector selector;
  Algorithm algorithm = Algorithm::kRsaSha256;
  CanonicalizationPair canonicalization;
  std::string identity = {};      // i=; empty: not emitted; else at or below `domain`
  bool headers_required = false;  // as SigningKey has it
};

// What to do with a CR or LF that stands alone (RFC 5322 §2.3 forbids it, RFC 6376 §5.3).
enum class BareNewline : std::uint8_t {
  kRefuse,  // INVALID_ARGUMENT/BAD_MESSAGE
  kFix,     // hash it as CRLF; the caller must send the message so, too
};

struct MessageOptions {
  // t=: seconds since 1970, given by the caller; nothing: not emitted.
  std::optional<std::int64_t> signed_at = {};
  // x= is t= plus this; needs `signed_at`, at least one second.
  std::optional<std::chrono::seconds> expires_after = {};
  BareNewline bare_newline = BareNewline::kRefuse;
  // Header field names to sign where present, all fields of a name; empty: DefaultSignedHeaders().
  std::vector<std::string> signed_headers = {};
  // Names that get one entry more in h= than there are fields, so that none can be added; must
  // contain From. Nothing: those of DefaultOversignedHeaders() that are to be signed.
  std::optional<std::vector<std::string>> oversigned_headers = {};
  // Upper bound of the header block, in bytes; memory use is bounded by it.
  std::size_t max_header_bytes = std::size_t{1} << 20;
};

// RFC 6376 §5.4.1, and Message-ID, MIME-Version, Content-Type, Content-Transfer-Encoding,
// List-Unsubscribe-Post (RFC 8058), Feedback-ID, CFBL-Address (RFC 9477).
[[nodiscard]] const std::vector<std::string>& DefaultSignedHeaders();
// From, To, Cc, Subject, Date, Reply-To, Message-ID, MIME-Version, Content-Type.
[[nodiscard]] const std::vector<std::string>& DefaultOversignedHeaders();

// A message on its way through; single use. Not thread-safe; `signer` must outlive it. Memory does
// not grow with the body.
//
// Feed it either with Append alone (a whole message, in chunks of any size, split anywhere), or
// with AddHeaderField…, EndHeader, AppendBody… (a milter's callbacks).
//
// INVALID_ARGUMENT/BAD_MESSAGE refuses what must not be signed: no or several From fields, a From
// without one author, a header line without a colon, a bare CR or LF unless told to fix it, a
// header larger than the bound. Texts name the line or field by its number, never its content.
// FAILED_PRECONDITION/WRONG_STATE: calls out of order, both ways of feeding mixed, a call after
// Finish. After an error every further call answers the same error.
//
// Of a message without an empty line, all is header. White space between field name and colon
// (RFC 5322 §4.5.8) is accepted. A last line without CRLF is hashed with one (RFC 6376 §3.4.3).
class MessageSigner {
 public:
  // INVALID_ARGUMENT/BAD_OPTION: no signature asked for, x= not later than t= or either of more
  // than 12 digits, i= not at or below d=, From missing from the signed or oversigned headers, a
  // bad header field name, DKIM-Signature among them.
  [[nodiscard]] static Result<std::unique_ptr<MessageSigner>> Create(
      std::vector<SignatureSpec> signatures, const MessageOptions& options, DigestSigner& signer);

  // For a message whose signatures are chosen once it is read, with FinishWith: all of them have
  // this body canonicalisation.
  [[nodiscard]] static Result<std::unique_ptr<MessageSigner>> CreateForLater(
      Canonicalization body, const MessageOptions& options, DigestSigner& signer);

  virtual ~MessageSigner() = default;

  // The next bytes of the message, header first, lines ended by CRLF.
  [[nodiscard]] virtual Outcome Append(std::string_view chunk) = 0;

  // One header field. `value` is everything after the colon: leading space, folds (CRLF, or LF
  // alone as libmilter gives them) and all, without the final line end.
  [[nodiscard]] virtual Outcome AddHeaderField(std::string_view name, std::string_view value) = 0;
  [[nodiscard]] virtual Outcome EndHeader() = 0;
  [[nodiscard]] virtual Outcome AppendBody(std::string_view chunk) = 0;

  // The author, once the header is complete: lets a caller choose the domain before Finish.
  [[nodiscard]] virtual Result<Mailbox> Author() const = 0;

  // Signs. One complete field for each SignatureSpec, in order: "DKIM-Signature: …" folded at 78
  // columns where the grammar allows, ended by CRLF, to be put before the message. All or nothing:
  // the first error of any signature is the answer.
  [[nodiscard]] virtual Result<std::vector<std::string>> Finish() = 0;

  // Finish, with these signatures in place of those of Create. Can be called again after the signer
  // refused, with other selectors, because a key may have been replaced meanwhile. Errors of Create
  // besides; BAD_OPTION: a body canonicalisation that the body was not read for.
  [[nodiscard]] virtual Result<std::vector<std::string>> FinishWith(
      std::vector<SignatureSpec> signatures) = 0;
};

}  // namespace dkimkeeper

#endif  // CLIENT_INCLUDE_DKIMKEEPER_MESSAGE_SIGNER_H_

// Body canonicalization: "simple" (RFC 6376 §3.4.3) and "relaxed" (RFC 6376 §3.4.4), streaming.
#ifndef CLIENT_DKIM_BODY_CANONICALIZATION_H_
#define CLIENT_DKIM_BODY_CANONICALIZATION_H_

#include <cstdint>
#include <string_view>

#include "client/dkim/octet_sink.h"
#include "proto/dkim/signature_field.h"

namespace dkimkeeper {

// Line ends are counted, not stored, until text follows them: those at the end of the body are
// ignored. White space needs one flag, because a run of it becomes one space or nothing. So memory
// does not grow with the body. Not thread-safe; `out` must outlive this.
class BodyCanonicalizer {
 public:
  BodyCanonicalizer(Canonicalization canonicalization, OctetSink& out)
      : relaxed_(canonicalization == Canonicalization::kRelaxed), out_(&out) {}

  // More of the current line, without CR or LF, in pieces of any size.
  void Text(std::string_view text);
  // The current line is over.
  void LineEnd();
  // The body is over. A last line without CRLF gets one.
  void Finish();

 private:
  void WriteLineEnds();
  void RelaxedText(std::string_view text);

  bool relaxed_;
  OctetSink* out_;
  std::uint64_t line_ends_ = 0;  // not written yet
  bool space_ = false;           // relaxed: white space read in this line, not written yet
  bool empty_ = true;            // nothing written yet
};

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_BODY_CANONICALIZATION_H_

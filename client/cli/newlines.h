// Line ends of mail: CRLF, and what files on Unix have instead.
#ifndef CLIENT_CLI_NEWLINES_H_
#define CLIENT_CLI_NEWLINES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// Turns a message, given in chunks split anywhere, into one whose lines all end in CRLF. The first
// line end decides: after CRLF all must be CRLF; after LF all must be LF. With `fix` every CR, LF
// and CRLF is a line end. The last line may lack its end. Not thread-safe.
class Newlines {
 public:
  explicit Newlines(bool fix) : style_(fix ? Style::kAny : Style::kUnknown) {}

  // The next bytes, converted. INVALID_ARGUMENT/BAD_MESSAGE for a mixture.
  [[nodiscard]] Result<std::string> Convert(std::string_view chunk);

  // What was held back: a CR at the very end.
  [[nodiscard]] Result<std::string> Finish();

 private:
  enum class Style : std::uint8_t { kUnknown, kLf, kCrlf, kAny };

  [[nodiscard]] Outcome TakeLf(std::string& out);
  [[nodiscard]] Outcome TakeLoneCr(std::string& out);

  Style style_;
  bool after_cr_ = false;
  std::uint64_t line_ = 1;  // for the error
};

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_NEWLINES_H_

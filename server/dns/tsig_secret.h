// The secret of a TSIG key (RFC 8945), in memory only as long as the message that it signs.
#ifndef SERVER_DNS_TSIG_SECRET_H_
#define SERVER_DNS_TSIG_SECRET_H_

#include <array>
#include <string>

#include "proto/result.h"

namespace dkimkeeper {

// Base64 in a buffer that is wiped. Moves, and leaves nothing behind. Not thread-safe.
class TsigSecret {
 public:
  // The file holds the secret alone, as base64 on one line. FAILED_PRECONDITION/PUBLISH_REFUSED
  // names the file and what is wrong with it, never what is in it.
  [[nodiscard]] static Result<TsigSecret> Read(const std::string& path);

  TsigSecret(TsigSecret&& other) noexcept;
  TsigSecret& operator=(TsigSecret&&) = delete;
  ~TsigSecret();

  // Ends with a NUL; lives as long as this.
  [[nodiscard]] const char* base64() const { return text_.data(); }

 private:
  TsigSecret() = default;
  // Cuts the white space at the end. false: it is empty, or more than one line.
  [[nodiscard]] bool Trim();

  std::array<char, 512> text_{};
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_TSIG_SECRET_H_

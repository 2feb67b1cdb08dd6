// SHA-256 (FIPS 180-4) of octets that come in pieces.
#ifndef CLIENT_DKIM_SHA256_STREAM_H_
#define CLIENT_DKIM_SHA256_STREAM_H_

#include <openssl/types.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "client/dkim/octet_sink.h"
#include "proto/dkim/sha256_digest.h"
#include "proto/result.h"

namespace dkimkeeper {

// Collects small pieces before it hashes them. Not thread-safe; single use.
//
// The hash comes from a private OpenSSL library context: a host program's openssl.cnf may activate
// a provider that signs through this very library, and must not be asked for the hash.
class Sha256Stream final : public OctetSink {
 public:
  Sha256Stream();

  void Append(std::string_view octets) override;

  // The digest of all that was appended; once. INTERNAL/INTERNAL where OpenSSL failed at any step.
  [[nodiscard]] Result<Sha256Digest> Finish();

 private:
  struct ContextDeleter {
    void operator()(EVP_MD_CTX* context) const;
  };

  void Hash(std::string_view octets);

  std::unique_ptr<EVP_MD_CTX, ContextDeleter> context_;
  bool good_;
  std::size_t held_ = 0;
  std::array<char, 8192> buffer_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_SHA256_STREAM_H_

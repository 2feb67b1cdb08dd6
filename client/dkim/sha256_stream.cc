#include "client/dkim/sha256_stream.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <cstdint>
#include <cstring>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

const EVP_MD* FetchSha256() {
  OSSL_LIB_CTX* library = OSSL_LIB_CTX_new();
  if (library == nullptr || OSSL_PROVIDER_load(library, "default") == nullptr) return nullptr;
  return EVP_MD_fetch(library, "SHA2-256", nullptr);
}

// Fetched once and kept until the process ends: a fetch costs more than hashing a short message,
// and freeing it at exit would race with OpenSSL's own clean-up.
const EVP_MD* Sha256() {
  static const EVP_MD* const sha256 = FetchSha256();
  return sha256;
}

}  // namespace

void Sha256Stream::ContextDeleter::operator()(EVP_MD_CTX* context) const {
  EVP_MD_CTX_free(context);
}

Sha256Stream::Sha256Stream()
    : context_(EVP_MD_CTX_new()),
      good_(context_ != nullptr && Sha256() != nullptr &&
            EVP_DigestInit_ex2(context_.get(), Sha256(), nullptr) == 1) {}

void Sha256Stream::Hash(std::string_view octets) {
  good_ = good_ && EVP_DigestUpdate(context_.get(), octets.data(), octets.size()) == 1;
}

void Sha256Stream::Append(std::string_view octets) {
  if (octets.size() > buffer_.size() - held_) {
    Hash({buffer_.data(), held_});
    held_ = 0;
    if (octets.size() >= buffer_.size()) return Hash(octets);
  }
  if (octets.empty()) return;
  std::memcpy(buffer_.data() + held_, octets.data(), octets.size());
  held_ += octets.size();
}

Result<Sha256Digest> Sha256Stream::Finish() {
  Hash({buffer_.data(), held_});
  held_ = 0;
  std::array<std::uint8_t, Sha256Digest::kSize> digest{};
  const bool good = std::exchange(good_, false);
  if (!good || EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) != 1) {
    return Fail(Code::kInternal, reason::kInternal,
                "OpenSSL could not compute SHA-256; check that its default provider loads.");
  }
  return Sha256Digest(digest);
}

}  // namespace dkimkeeper

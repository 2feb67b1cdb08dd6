#include "client/opendkim/old_key.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <memory>
#include <string_view>

#include "proto/dkim/hex.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// A passphrase is asked for by nobody.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*unused*/) { return -1; }

tl::unexpected<Error> Unseen(const std::string& what) {
  return Fail(Code::kInvalidArgument, reason::kBadDocument, what);
}

}  // namespace

Result<OldKey> LookAtOldKey(const std::string& path) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(BIO_new_file(path.c_str(), "r"), BIO_free);
  if (!file) {
    ERR_clear_error();
    return Unseen("cannot be read here");
  }
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(file.get(), nullptr, NoPassphrase, nullptr), EVP_PKEY_free);
  ERR_clear_error();
  if (!key) return Unseen("holds no private key in PEM without a passphrase");
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
    return OldKey{Algorithm::kRsaSha256, static_cast<unsigned>(EVP_PKEY_get_bits(key.get()))};
  }
  if (EVP_PKEY_is_a(key.get(), "ED25519") == 1) return OldKey{Algorithm::kEd25519Sha256, 0};
  return Unseen("holds neither an RSA nor an Ed25519 key");
}

std::string TokenKeyIdFor(const Domain& domain, const Selector& selector) {
  const std::string name = "opendkim " + selector.str() + "._domainkey." + domain.str();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  (void)EVP_Digest(name.data(), name.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return EncodeHex(std::string_view(reinterpret_cast<const char*>(digest.data()), 16));
}

}  // namespace dkimkeeper

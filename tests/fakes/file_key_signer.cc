#include "tests/fakes/file_key_signer.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdint>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

// RSA: PKCS#1 v1.5 over the DigestInfo of the digest.
bool SetPkcs1Sha256(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1;
}

bool SignRsa(EVP_PKEY* key, std::span<const std::uint8_t> digest, std::uint8_t* out,
             std::size_t& size) {
  const KeyContext context(EVP_PKEY_CTX_new(key, nullptr), EVP_PKEY_CTX_free);
  return EVP_PKEY_sign_init(context.get()) == 1 && SetPkcs1Sha256(context.get()) &&
         EVP_PKEY_sign(context.get(), out, &size, digest.data(), digest.size()) == 1;
}

// Ed25519: the digest is the message (RFC 8463 §3).
bool SignEd25519(EVP_PKEY* key, std::span<const std::uint8_t> digest, std::uint8_t* out,
                 std::size_t& size) {
  const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestSign(context.get(), out, &size, digest.data(), digest.size()) == 1;
}

}  // namespace

void FileKeySigner::KeyDeleter::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

Result<std::unique_ptr<FileKeySigner>> FileKeySigner::Open(const std::string& pem_file) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(BIO_new_file(pem_file.c_str(), "r"),
                                                       BIO_free);
  if (file == nullptr) {
    return Fail(Code::kInvalidArgument, reason::kBadOption, "Cannot open " + pem_file + ".");
  }
  Key key(PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr));
  const int type = key == nullptr ? 0 : EVP_PKEY_get_base_id(key.get());
  if (type != EVP_PKEY_RSA && type != EVP_PKEY_ED25519) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                pem_file + " holds no RSA or Ed25519 private key.");
  }
  const Algorithm algorithm =
      type == EVP_PKEY_RSA ? Algorithm::kRsaSha256 : Algorithm::kEd25519Sha256;
  return std::unique_ptr<FileKeySigner>(new FileKeySigner(std::move(key), algorithm));
}

Result<std::string> FileKeySigner::Sign(const DigestToSign& item) const {
  if (item.algorithm != algorithm_) {
    return Fail(Code::kFailedPrecondition, reason::kAlgorithmUnsupported,
                "The key file holds a key of the other algorithm.");
  }
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  auto* const out = reinterpret_cast<std::uint8_t*>(signature.data());
  const bool done = algorithm_ == Algorithm::kRsaSha256
                        ? SignRsa(key_.get(), item.digest.bytes(), out, size)
                        : SignEd25519(key_.get(), item.digest.bytes(), out, size);
  if (!done) return Fail(Code::kInternal, reason::kInternal, "OpenSSL could not sign.");
  signature.resize(size);
  return signature;
}

std::vector<Result<std::string>> FileKeySigner::SignDigests(std::span<const DigestToSign> items) {
  std::vector<Result<std::string>> results;
  for (const DigestToSign& item : items) results.push_back(Sign(item));
  return results;
}

bool FileKeySigner::Verifies(const Sha256Digest& digest, std::string_view signature) const {
  const auto* const octets = reinterpret_cast<const std::uint8_t*>(signature.data());
  const auto message = digest.bytes();
  if (algorithm_ == Algorithm::kRsaSha256) {
    const KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr), EVP_PKEY_CTX_free);
    return EVP_PKEY_verify_init(context.get()) == 1 && SetPkcs1Sha256(context.get()) &&
           EVP_PKEY_verify(context.get(), octets, signature.size(), message.data(),
                           message.size()) == 1;
  }
  const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), octets, signature.size(), message.data(),
                          message.size()) == 1;
}

}  // namespace dkimkeeper

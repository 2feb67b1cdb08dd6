#include "hsm/pkcs11/signature_verifier.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include <memory>

#include "hsm/pkcs11/public_key_codec.h"

namespace dkimkeeper::pkcs11 {
namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::optional<SignatureVerifier> SignatureVerifier::For(const CryptoLibrary& library,
                                                        const PublicKey& public_key) {
  KeyPointer key = ToOpenSsl(library, public_key);
  if (key == nullptr) {
    ERR_clear_error();
    return std::nullopt;
  }
  return SignatureVerifier(library, public_key.algorithm, std::move(key));
}

bool SignatureVerifier::Verify(const Sha256Digest& digest, std::span<const std::uint8_t> message,
                               std::string_view signature) const {
  const bool good = algorithm_ == Algorithm::kRsaSha256 ? VerifyRsa(digest, signature)
                                                        : VerifyEd25519(message, signature);
  if (!good) ERR_clear_error();
  return good;
}

bool SignatureVerifier::VerifyRsa(const Sha256Digest& digest, std::string_view signature) const {
  const std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>> context(
      EVP_PKEY_CTX_new_from_pkey(library_->context(), key_.get(), nullptr));
  return context != nullptr && EVP_PKEY_verify_init(context.get()) == 1 &&
         EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md(context.get(), library_->sha256()) == 1 &&
         EVP_PKEY_verify(context.get(), Bytes(signature), signature.size(), digest.bytes().data(),
                         digest.bytes().size()) == 1;
}

bool SignatureVerifier::VerifyEd25519(std::span<const std::uint8_t> message,
                                      std::string_view signature) const {
  const std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  return context != nullptr &&
         EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, library_->context(), nullptr,
                                 key_.get(), nullptr) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), message.data(),
                          message.size()) == 1;
}

unsigned SignatureVerifier::rsa_bits() const {
  if (algorithm_ != Algorithm::kRsaSha256) return 0;
  return static_cast<unsigned>(EVP_PKEY_get_bits(key_.get()));
}

}  // namespace dkimkeeper::pkcs11

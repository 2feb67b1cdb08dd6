#include "tests/fakes/software_key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <stdexcept>

namespace dkimkeeper {
namespace {

constexpr std::size_t kEd25519Size = 32;

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void Must(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("OpenSSL refuses: ") + what);
}

std::shared_ptr<EVP_PKEY> ParsePublic(const PublicKey& key) {
  const std::string& bytes = key.record_bytes;
  const unsigned char* at = Bytes(std::string_view(bytes));
  EVP_PKEY* parsed = key.algorithm == Algorithm::kRsaSha256
                         ? d2i_PUBKEY(nullptr, &at, static_cast<long>(bytes.size()))
                         : EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, at, bytes.size());
  Must(parsed != nullptr, "public key");
  return {parsed, EVP_PKEY_free};
}

// For the two operations on a digest with PKCS#1 v1.5.
std::shared_ptr<EVP_PKEY_CTX> RsaContext(EVP_PKEY* key, int (*init)(EVP_PKEY_CTX*)) {
  std::shared_ptr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key, nullptr), EVP_PKEY_CTX_free);
  Must(init(context.get()) == 1, "init");
  Must(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1, "padding");
  Must(EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1, "digest");
  return context;
}

}  // namespace

SoftwareKey::SoftwareKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {
  Must(key != nullptr, "private key");
}

SoftwareKey SoftwareKey::Rsa(unsigned bits) { return SoftwareKey(EVP_RSA_gen(bits)); }

SoftwareKey SoftwareKey::Ed25519() {
  return SoftwareKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

SoftwareKey SoftwareKey::FromPem(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> input(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return SoftwareKey(PEM_read_bio_PrivateKey(input.get(), nullptr, nullptr, nullptr));
}

PublicKey SoftwareKey::public_key() const {
  if (EVP_PKEY_is_a(key_.get(), "ED25519") == 1) {
    std::string raw(kEd25519Size, '\0');
    std::size_t size = raw.size();
    Must(EVP_PKEY_get_raw_public_key(key_.get(), Bytes(raw), &size) == 1, "raw public key");
    return {Algorithm::kEd25519Sha256, raw};
  }
  std::string der(static_cast<std::size_t>(i2d_PUBKEY(key_.get(), nullptr)), '\0');
  unsigned char* at = Bytes(der);
  i2d_PUBKEY(key_.get(), &at);
  return {Algorithm::kRsaSha256, der};
}

unsigned SoftwareKey::rsa_bits() const {
  if (EVP_PKEY_is_a(key_.get(), "RSA") != 1) return 0;
  return static_cast<unsigned>(EVP_PKEY_get_bits(key_.get()));
}

std::string SoftwareKey::Sign(const Sha256Digest& digest) const {
  if (rsa_bits() == 0) return SignEd25519(digest.ToBytes());
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  const auto input = digest.bytes();
  const auto context = RsaContext(key_.get(), EVP_PKEY_sign_init);
  Must(EVP_PKEY_sign(context.get(), Bytes(signature), &size, input.data(), input.size()) == 1,
       "sign");
  signature.resize(size);
  return signature;
}

std::string SoftwareKey::SignNote(std::string_view note) const {
  return rsa_bits() != 0 ? Sign(DigestOf(note)) : SignEd25519(note);
}

std::string SoftwareKey::SignEd25519(std::string_view message) const {
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  Must(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1, "init");
  Must(EVP_DigestSign(context.get(), Bytes(signature), &size, Bytes(message), message.size()) == 1,
       "sign");
  signature.resize(size);
  return signature;
}

void SoftwareKey::WritePem(const std::filesystem::path& path) const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> output(BIO_new_file(path.c_str(), "w"), BIO_free);
  Must(output != nullptr && PEM_write_bio_PKCS8PrivateKey(output.get(), key_.get(), nullptr,
                                                          nullptr, 0, nullptr, nullptr) == 1,
       "write PEM");
  if (chmod(path.c_str(), 0600) != 0) throw std::runtime_error("chmod " + path.string());
}

bool VerifySignature(const PublicKey& public_key, const Sha256Digest& digest,
                     std::string_view signature) {
  if (public_key.algorithm == Algorithm::kEd25519Sha256) {
    return VerifyNote(public_key, digest.ToBytes(), signature);
  }
  const std::shared_ptr<EVP_PKEY> key = ParsePublic(public_key);
  const auto input = digest.bytes();
  const auto context = RsaContext(key.get(), EVP_PKEY_verify_init);
  return EVP_PKEY_verify(context.get(), Bytes(signature), signature.size(), input.data(),
                         input.size()) == 1;
}

bool VerifyNote(const PublicKey& public_key, std::string_view note, std::string_view signature) {
  if (public_key.algorithm == Algorithm::kRsaSha256) {
    return VerifySignature(public_key, DigestOf(note), signature);
  }
  const std::shared_ptr<EVP_PKEY> key = ParsePublic(public_key);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  Must(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1, "init");
  return EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(note),
                          note.size()) == 1;
}

Sha256Digest DigestOf(std::string_view text) {
  std::array<std::uint8_t, Sha256Digest::kSize> digest = {};
  SHA256(Bytes(text), text.size(), digest.data());
  return Sha256Digest(digest);
}

}  // namespace dkimkeeper

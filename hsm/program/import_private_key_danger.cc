#include "hsm/program/import_private_key_danger.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <array>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "hsm/pkcs11/attribute_template.h"
#include "hsm/pkcs11/destroy_operation.h"
#include "hsm/pkcs11/find_objects.h"
#include "hsm/pkcs11/public_key_codec.h"
#include "hsm/pkcs11/secret_buffer.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using pkcs11::AttributeTemplate;
using pkcs11::FreeWith;
using pkcs11::KeyPointer;
using BioPointer = std::unique_ptr<BIO, FreeWith<BIO_free>>;
using NumberPointer = std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>>;

constexpr int kFewestRsaBits = 2048;
constexpr int kMostRsaBits = 4096;

// Attributes whose values are wiped.
class SecretAttributes {
 public:
  SecretAttributes() = default;
  SecretAttributes(const SecretAttributes&) = delete;
  SecretAttributes& operator=(const SecretAttributes&) = delete;
  ~SecretAttributes() {
    for (auto& value : values_) OPENSSL_cleanse(value.data(), value.size());
  }
  // Room for a value, to be written in place.
  std::span<unsigned char> Add(CK_ATTRIBUTE_TYPE type, std::size_t size) {
    auto& value = values_.emplace_back(size);
    attributes_.push_back({type, value.data(), value.size()});
    return value;
  }
  [[nodiscard]] const std::vector<CK_ATTRIBUTE>& attributes() const { return attributes_; }

 private:
  std::deque<std::vector<unsigned char>> values_;  // never moves an element
  std::vector<CK_ATTRIBUTE> attributes_;
};

tl::unexpected<Error> BadFile(const std::filesystem::path& file, std::string_view why) {
  ERR_clear_error();
  return Fail(Code::kInvalidArgument, reason::kBadOption,
              file.string() + " " + std::string(why) + ".");
}

// An encrypted key asks for a password; there is none.
int NoPassword(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

Result<pkcs11::SecretBuffer> ReadFile(const std::filesystem::path& path) {
  Result<pkcs11::SecretBuffer> buffer = pkcs11::SecretBuffer::Allocate();
  if (!buffer) return buffer;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return BadFile(path, "cannot be opened");
  std::size_t size = 0;
  ssize_t count = 1;
  for (; count > 0 && size < buffer->storage().size(); size += static_cast<std::size_t>(count)) {
    count = read(file, buffer->storage().data() + size, buffer->storage().size() - size);
    if (count < 0) break;
  }
  close(file);
  if (count < 0) return BadFile(path, "cannot be read");
  if (count > 0) return BadFile(path, "is longer than a key of 4096 bits");
  buffer->SetSize(size);
  return buffer;
}

Result<KeyPointer> ReadKey(const pkcs11::CryptoLibrary& library,
                           const std::filesystem::path& file) {
  const Result<pkcs11::SecretBuffer> pem = ReadFile(file);
  if (!pem) return Forward(pem);
  const BioPointer bio(
      BIO_new_mem_buf(pem->secret().data(), static_cast<int>(pem->secret().size())));
  KeyPointer key(PEM_read_bio_PrivateKey_ex(bio.get(), nullptr, NoPassword, nullptr,
                                            library.context(), nullptr));
  if (key == nullptr) return BadFile(file, "is no private key in PEM, or is encrypted");
  if (EVP_PKEY_is_a(key.get(), "ED25519") == 1) return key;
  if (EVP_PKEY_is_a(key.get(), "RSA") != 1) return BadFile(file, "is neither RSA nor Ed25519");
  const int bits = EVP_PKEY_get_bits(key.get());
  if (bits < kFewestRsaBits) {
    return Fail(Code::kFailedPrecondition, reason::kKeyTooSmall,
                file.string() + " has " + std::to_string(bits) +
                    " bits; receivers reject less than 2048 (RFC 8301 §3.2).");
  }
  if (bits > kMostRsaBits) return BadFile(file, "has more than 4096 bits");
  return key;
}

Result<PublicKey> PublicHalfOf(const pkcs11::CryptoLibrary& library, EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  std::optional<PublicKey> public_key;
  if (size > 0) {
    public_key = pkcs11::FromPublicKeyInfo(
        library, {reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  }
  OPENSSL_free(der);
  if (public_key) return *std::move(public_key);
  return Fail(Code::kInvalidArgument, reason::kBadOption, "The key has no public half.");
}

// One number of an RSA key; of the private half where OpenSSL calls it so.
bool AddNumber(SecretAttributes& half, CK_ATTRIBUTE_TYPE type, EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return false;
  const NumberPointer number(raw);
  const auto room = half.Add(type, static_cast<std::size_t>(BN_num_bytes(raw)));
  return BN_bn2bin(raw, room.data()) == static_cast<int>(room.size());
}

struct NamedNumber {
  CK_ATTRIBUTE_TYPE type;
  const char* name;
};
constexpr std::array kPublicNumbers = {NamedNumber{CKA_MODULUS, OSSL_PKEY_PARAM_RSA_N},
                                       NamedNumber{CKA_PUBLIC_EXPONENT, OSSL_PKEY_PARAM_RSA_E}};
constexpr std::array kPrivateNumbers = {
    NamedNumber{CKA_PRIVATE_EXPONENT, OSSL_PKEY_PARAM_RSA_D},
    NamedNumber{CKA_PRIME_1, OSSL_PKEY_PARAM_RSA_FACTOR1},
    NamedNumber{CKA_PRIME_2, OSSL_PKEY_PARAM_RSA_FACTOR2},
    NamedNumber{CKA_EXPONENT_1, OSSL_PKEY_PARAM_RSA_EXPONENT1},
    NamedNumber{CKA_EXPONENT_2, OSSL_PKEY_PARAM_RSA_EXPONENT2},
    NamedNumber{CKA_COEFFICIENT, OSSL_PKEY_PARAM_RSA_COEFFICIENT1}};

bool AddNumbers(SecretAttributes& half, EVP_PKEY* key, std::span<const NamedNumber> numbers) {
  for (const auto& [type, name] : numbers) {
    if (!AddNumber(half, type, key, name)) return false;
  }
  return true;
}

// RFC 8032 §5.1.5: 32 bytes.
bool AddSeed(SecretAttributes& half, EVP_PKEY* key) {
  std::size_t size = 32;
  const auto room = half.Add(CKA_VALUE, size);
  return EVP_PKEY_get_raw_private_key(key, room.data(), &size) == 1 && size == room.size();
}

AttributeTemplate Common(CK_OBJECT_CLASS object_class, const KeyImport& import, bool rsa) {
  AttributeTemplate half;
  half.Number(CKA_CLASS, object_class)
      .Number(CKA_KEY_TYPE, rsa ? CKK_RSA : CKK_EC_EDWARDS)
      .Flag(CKA_TOKEN, true)
      .Flag(CKA_PRIVATE, object_class == CKO_PRIVATE_KEY)
      .Bytes(CKA_ID, import.id.bytes())
      .Bytes(CKA_LABEL, import.label);
  if (!rsa) half.Bytes(CKA_EC_PARAMS, pkcs11::kEd25519Oid);
  return half;
}

Result<CK_OBJECT_HANDLE> Create(const pkcs11::Session& session, AttributeTemplate common,
                                const SecretAttributes& secret) {
  std::vector<CK_ATTRIBUTE> all(common.attributes().begin(), common.attributes().end());
  all.insert(all.end(), secret.attributes().begin(), secret.attributes().end());
  CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
  const CK_RV rv =
      session.calls().C_CreateObject(session.handle(), all.data(), all.size(), &handle);
  if (rv == CKR_OK) return handle;
  return tl::unexpected<Error>(pkcs11::CkrError(rv, "C_CreateObject", pkcs11::Phase::kRunning));
}

tl::unexpected<Error> Incomplete() {
  return Fail(Code::kInvalidArgument, reason::kBadOption,
              "The key file lacks parts of the private key; write it anew with openssl pkey.");
}

Result<CK_OBJECT_HANDLE> CreatePrivateHalf(const pkcs11::Session& session, const KeyImport& import,
                                           EVP_PKEY* key, bool rsa) {
  AttributeTemplate half = Common(CKO_PRIVATE_KEY, import, rsa);
  half.Flag(CKA_SENSITIVE, true)
      .Flag(CKA_EXTRACTABLE, false)
      .Flag(CKA_SIGN, true)
      .Flag(CKA_SIGN_RECOVER, false)
      .Flag(CKA_DECRYPT, false)
      .Flag(CKA_UNWRAP, false)
      .Flag(CKA_DERIVE, false);
  SecretAttributes secret;
  const bool whole =
      rsa ? AddNumbers(secret, key, kPublicNumbers) && AddNumbers(secret, key, kPrivateNumbers)
          : AddSeed(secret, key);
  if (!whole) return Incomplete();
  return Create(session, std::move(half), secret);
}

Result<CK_OBJECT_HANDLE> CreatePublicHalf(const pkcs11::Session& session, const KeyImport& import,
                                          EVP_PKEY* key, const PublicKey& public_key) {
  const bool rsa = public_key.algorithm == Algorithm::kRsaSha256;
  AttributeTemplate half = Common(CKO_PUBLIC_KEY, import, rsa);
  half.Flag(CKA_VERIFY, true);
  // A DER OCTET STRING (PKCS#11 3.0 §2.3.5).
  if (!rsa) half.Bytes(CKA_EC_POINT, "\x04\x20" + public_key.record_bytes);
  SecretAttributes numbers;
  if (rsa && !AddNumbers(numbers, key, kPublicNumbers)) return Incomplete();
  return Create(session, std::move(half), numbers);
}

}  // namespace

Result<PublicKey> ImportPrivateKeyDanger(const pkcs11::Session& session,
                                         const pkcs11::CryptoLibrary& library,
                                         const KeyImport& import) {
  const auto known = pkcs11::FindHandles(session, import.id);
  if (!known) return tl::unexpected<Error>(known.error().error);
  if (!known->private_halves.empty() || !known->public_halves.empty()) {
    return Fail(Code::kAlreadyExists, reason::kKeyExists,
                "The token has a key " + import.id.ToHex() + " already: choose another --id.");
  }
  const Result<KeyPointer> key = ReadKey(library, import.file);
  if (!key) return Forward(key);
  Result<PublicKey> public_key = PublicHalfOf(library, key->get());
  if (!public_key) return public_key;
  const bool rsa = public_key->algorithm == Algorithm::kRsaSha256;
  const auto private_half = CreatePrivateHalf(session, import, key->get(), rsa);
  if (!private_half) return Forward(private_half);
  const auto public_half = CreatePublicHalf(session, import, key->get(), *public_key);
  if (!public_half) {
    static_cast<void>(pkcs11::RemoveObjects(session, std::array{*private_half}));
    return Forward(public_half);
  }
  return public_key;
}

}  // namespace dkimkeeper

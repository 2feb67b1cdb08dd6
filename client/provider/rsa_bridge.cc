// RSA_METHOD is OpenSSL 1's; programs that need the bridge are written for it.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "client/provider/rsa_bridge.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "client/provider/sha256_digest_info.h"

namespace dkimkeeper::provider {
namespace {

// A list that only grows, of the keys of one hash value.
struct Lent {
  KeyShare key;
  std::string modulus;
  Lent* next;
};
constexpr std::size_t kShelves = 4096;
std::array<std::atomic<Lent*>, kShelves> shelves = {};

std::atomic<Lent*>& ShelfOf(const std::string& modulus) {
  return shelves.at(std::hash<std::string>()(modulus) % kShelves);
}

std::string Octets(const BIGNUM* number) {
  std::string octets(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(octets.data()));
  return octets;
}

const ReferenceKey* Borrow(const std::string& modulus) {
  for (const Lent* lent = ShelfOf(modulus).load(); lent != nullptr; lent = lent->next) {
    if (lent->modulus == modulus) return lent->key.get();
  }
  return nullptr;
}

std::string ModulusOf(const ReferenceKey& key) {
  BIGNUM* modulus = nullptr;
  if (EVP_PKEY_get_bn_param(key.public_half(), OSSL_PKEY_PARAM_RSA_N, &modulus) != 1) return {};
  const std::unique_ptr<BIGNUM, FreeWith<BN_free>> owned(modulus);
  return Octets(modulus);
}

int Refuse(const ReferenceKey& key, Complaint complaint, const char* sentence) {
  key.provider().Complain(complaint, sentence);
  return -1;
}

int SignAtAgent(const ReferenceKey& key, std::string_view input, unsigned char* to, int padding) {
  if (padding != RSA_PKCS1_PADDING) {
    return Refuse(key, Complaint::kPadding, "keys in custody sign with PKCS#1 v1.5 only");
  }
  const auto digest = DigestInSha256DigestInfo(input);
  if (!digest) {
    return Refuse(key, Complaint::kDigest, "keys in custody sign SHA-256 digests only");
  }
  const auto signature = key.Sign(*digest);
  if (!signature) {
    return Refuse(key, Complaint::kAgent,
                  (signature.error().reason + ": " + signature.error().message).c_str());
  }
  // The caller has room for RSA_size, which is what a signature that verifies has.
  std::copy(signature->begin(), signature->end(), to);
  return static_cast<int>(signature->size());
}

int PrivateEncrypt(int size, const unsigned char* from, unsigned char* to, RSA* rsa, int padding) {
  const BIGNUM* modulus = nullptr;
  const BIGNUM* secret = nullptr;
  RSA_get0_key(rsa, &modulus, nullptr, &secret);
  const ReferenceKey* key =
      modulus != nullptr && secret == nullptr ? Borrow(Octets(modulus)) : nullptr;
  if (key == nullptr) {
    return RSA_meth_get_priv_enc(RSA_PKCS1_OpenSSL())(size, from, to, rsa, padding);
  }
  const std::string_view input(reinterpret_cast<const char*>(from), static_cast<std::size_t>(size));
  return SignAtAgent(*key, input, to, padding);
}

bool SetBridge() {
  RSA_METHOD* method = RSA_meth_dup(RSA_get_default_method());
  if (method == nullptr || RSA_meth_set1_name(method, "dkimkeeper bridge") != 1 ||
      RSA_meth_set_priv_enc(method, PrivateEncrypt) != 1) {
    return false;
  }
  // Never freed: RSA objects that were made with it may be the last thing that a process frees.
  RSA_set_default_method(method);
  return true;
}

}  // namespace

bool InstallRsaBridge() {
  static const bool set = SetBridge();
  return set;
}

void LendToBridge(const KeyShare& key) {
  if (key->algorithm() != Algorithm::kRsaSha256) return;
  std::string modulus = ModulusOf(*key);
  const ReferenceKey* known = Borrow(modulus);
  if (modulus.empty() || (known != nullptr && known->reference() == key->reference())) return;
  std::atomic<Lent*>& shelf = ShelfOf(modulus);
  auto* lent = new Lent{key, std::move(modulus), shelf.load()};
  while (!shelf.compare_exchange_weak(lent->next, lent)) {
  }
}

}  // namespace dkimkeeper::provider

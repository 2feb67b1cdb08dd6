// What is known of keys without asking the token.
#ifndef HSM_PKCS11_KEY_CACHE_H_
#define HSM_PKCS11_KEY_CACHE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>

#include "hsm/key_id_map.h"
#include "hsm/pkcs11/find_objects.h"
#include "hsm/pkcs11/signature_verifier.h"
#include "hsm/token.h"

namespace dkimkeeper::pkcs11 {

// A key that can be signed with at once. Immutable.
struct SigningKey {
  KeyId id;
  CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
  std::uint64_t epoch = 0;  // of the connection in which the handle was found
  KeyPurpose purpose = KeyPurpose::kDkim;
  PublicKey public_key;
  SignatureVerifier verifier;
};

// Handles and public keys by id, without a limit: a cache that evicts is a cliff. A public key,
// once seen or told, stays the key's public key until it is told otherwise: the handle of another
// key under the same id is not taken. Thread-safe; no lock is held across a call of the token.
class KeyCache {
 public:
  // Null unless the handle is known and of this epoch.
  [[nodiscard]] std::shared_ptr<const SigningKey> Lookup(const KeyId& id,
                                                         std::uint64_t epoch) const;
  // False, and nothing changes, when another public key is known for the id.
  [[nodiscard]] bool Store(std::shared_ptr<const SigningKey> key);
  // Tells the public key. What is known already costs a look-up: it may be said before each
  // signature.
  void Expect(const KeyId& id, const PublicKey& public_key);
  // The handle is stale; the public key stays known.
  void ForgetHandle(const KeyId& id);
  // The key is gone from the token.
  void Erase(const KeyId& id);

  // No key is known at all.
  [[nodiscard]] bool empty() const;

  // Handles of all keys, found in one pass in `epoch`. Finding many keys one by one, each in time
  // linear in all of them, would take minutes after a re-initialisation.
  void SetIndex(HandleIndex index, std::uint64_t epoch);
  [[nodiscard]] std::optional<KeyHandles> Indexed(const KeyId& id, std::uint64_t epoch) const;
  [[nodiscard]] bool HasIndex(std::uint64_t epoch) const;
  // Many keys are known and none of their handles are, in this epoch.
  [[nodiscard]] bool WorthIndexing(std::uint64_t epoch) const;

 private:
  [[nodiscard]] bool IsExpected(const KeyId& id, const PublicKey& public_key) const;

  struct Entry {
    std::optional<PublicKey> public_key;
    std::shared_ptr<const SigningKey> signing_key;
  };

  mutable std::shared_mutex mutex_;
  KeyIdMap<Entry> entries_;
  HandleIndex index_;
  std::optional<std::uint64_t> index_epoch_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_KEY_CACHE_H_

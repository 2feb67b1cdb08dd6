// From a key id to a key that can be signed with.
#ifndef HSM_PKCS11_KEY_DIRECTORY_H_
#define HSM_PKCS11_KEY_DIRECTORY_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "hsm/pkcs11/find_gate.h"
#include "hsm/pkcs11/key_cache.h"
#include "hsm/pkcs11/operation.h"

namespace dkimkeeper::pkcs11 {

// The cache, and the finds that fill it. Thread-safe. `library` must outlive this.
class KeyDirectory {
 public:
  explicit KeyDirectory(const CryptoLibrary& library, ProcessLock processes = {})
      : library_(library), gate_(processes) {}

  // From the cache, without a call of the token; else from the token. NOT_FOUND/TOKEN_KEY_UNKNOWN;
  // FAILED_PRECONDITION/TOKEN_REFUSED, /KEY_TOO_SMALL, /KEY_CHANGED.
  [[nodiscard]] Attempt<std::shared_ptr<const SigningKey>> Resolve(const Session& session,
                                                                   const KeyId& id,
                                                                   const Circumstances& now);
  // As the token shows it now.
  [[nodiscard]] Attempt<TokenKey> Find(const Session& session, const KeyId& id,
                                       const Circumstances& now);
  // The key with that label that can be signed with; of several, the one with the lowest id;
  // nothing when there is none. Learns all handles by the way: the first signatures of a fresh
  // token then need no search each.
  [[nodiscard]] Attempt<std::optional<KeyId>> FindLabelled(const Session& session,
                                                           std::string_view label,
                                                           const Circumstances& now);
  // Every key that can be read; the others are left out.
  [[nodiscard]] Attempt<std::vector<TokenKey>> FindAll(const Session& session,
                                                       const Circumstances& now);

  // The halves of `id`, for who holds the gate. No private half: the login is there, and the token
  // does not merely seem empty.
  [[nodiscard]] Attempt<KeyHandles> FindHandlesOf(const Session& session, const KeyId& id,
                                                  const Circumstances& now) const;

  [[nodiscard]] const CryptoLibrary& library() const { return library_; }
  [[nodiscard]] KeyCache& cache() { return cache_; }
  [[nodiscard]] FindGate& gate() { return gate_; }

 private:
  struct Found {
    CK_OBJECT_HANDLE handle;
    TokenKey key;
  };

  [[nodiscard]] Attempt<Found> FindOne(const Session& session, const KeyId& id,
                                       const Circumstances& now);
  [[nodiscard]] Attempt<std::vector<KeyId>> IdsOf(const Session& session, std::string_view label,
                                                  const Circumstances& now);
  [[nodiscard]] Attempt<KeyHandles> Locate(const Session& session, const KeyId& id,
                                           const Circumstances& now);
  // Absence is believed of a token that shows other objects, or that was just re-initialised. One
  // whose files went away and came back shows nothing at all until then.
  [[nodiscard]] Attempt<void> BelieveAbsence(const Session& session,
                                             const Circumstances& now) const;

  const CryptoLibrary& library_;
  KeyCache cache_;
  FindGate gate_;
  std::atomic_flag indexing_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_KEY_DIRECTORY_H_

// Who works on which key in its token: two threads never do on the same one.
#ifndef SERVER_LIFECYCLE_KEY_CLAIMS_H_
#define SERVER_LIFECYCLE_KEY_CLAIMS_H_

#include <mutex>
#include <set>
#include <utility>

#include "hsm/key_id.h"
#include "proto/result.h"

namespace dkimkeeper {

// Thread-safe. The lock is held for a look-up only, never across the work.
class KeyClaims {
 public:
  // Held until it goes; `claims` outlives it.
  class Claim {
   public:
    Claim(KeyClaims& claims, KeyId id) : claims_(&claims), id_(std::move(id)) {}
    Claim(Claim&& other) noexcept
        : claims_(std::exchange(other.claims_, nullptr)), id_(std::move(other.id_)) {}
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    Claim& operator=(Claim&&) = delete;
    ~Claim() {
      if (claims_ != nullptr) claims_->Release(id_);
    }

   private:
    KeyClaims* claims_;
    KeyId id_;
  };

  // ABORTED/CHANGED_SINCE_READ while somebody else has it.
  [[nodiscard]] Result<Claim> Take(const KeyId& id);

 private:
  void Release(const KeyId& id);

  std::mutex mutex_;
  std::set<KeyId> taken_;
};

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_KEY_CLAIMS_H_

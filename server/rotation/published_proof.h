// What an activation needs, as types (design: "the order of effects is written in types").
#ifndef SERVER_ROTATION_PUBLISHED_PROOF_H_
#define SERVER_ROTATION_PUBLISHED_PROOF_H_

#include <chrono>
#include <optional>
#include <utility>

#include "server/dns/record_check.h"
#include "server/keys/key.h"

namespace dkimkeeper {

// DNS showed the record of one key everywhere, at one moment. A value that only a check can make.
class PublishedProof {
 public:
  // Nothing unless `check` looked for the record of `key` and found it proven, with the public key
  // that the token has.
  [[nodiscard]] static std::optional<PublishedProof> Of(const Key& key, const RecordCheck& check);

  [[nodiscard]] const KeyId& key() const { return key_; }
  [[nodiscard]] Timestamp at() const { return at_; }
  // How long the world may remember what was there before, from `at` on.
  [[nodiscard]] std::chrono::seconds wait() const { return wait_; }
  // As it came from DNS.
  [[nodiscard]] const PublicKey& fetched() const { return fetched_; }

 private:
  PublishedProof(KeyId key, Timestamp at, std::chrono::seconds wait, PublicKey fetched)
      : key_(std::move(key)), at_(at), wait_(wait), fetched_(std::move(fetched)) {}

  KeyId key_;
  Timestamp at_;
  std::chrono::seconds wait_;
  PublicKey fetched_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_PUBLISHED_PROOF_H_

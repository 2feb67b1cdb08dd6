#include "server/rotation/published_proof.h"

namespace dkimkeeper {

std::optional<PublishedProof> PublishedProof::Of(const Key& key, const RecordCheck& check) {
  const auto name = KeyRecordName(key.selector, key.domain);
  const bool of_this_key = name && check.name == *name && check.wish == RecordWish::kKey;
  if (!of_this_key || check.verdict != RecordVerdict::kProven) return std::nullopt;
  // Whatever the checker held it against: what a receiver would verify with is what must be ours.
  if (!check.fetched || !key.public_key || *check.fetched != *key.public_key) return std::nullopt;
  return PublishedProof(key.id, check.at, check.wait, *check.fetched);
}

}  // namespace dkimkeeper

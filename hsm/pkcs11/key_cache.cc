#include "hsm/pkcs11/key_cache.h"

#include <mutex>
#include <utility>

namespace dkimkeeper::pkcs11 {
namespace {

constexpr std::size_t kManyKeys = 16;

}  // namespace

std::shared_ptr<const SigningKey> KeyCache::Lookup(const KeyId& id, std::uint64_t epoch) const {
  const std::shared_lock lock(mutex_);
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return nullptr;
  const auto& key = entry->second.signing_key;
  return key != nullptr && key->epoch == epoch ? key : nullptr;
}

bool KeyCache::Store(std::shared_ptr<const SigningKey> key) {
  const std::unique_lock lock(mutex_);
  Entry& entry = entries_[key->id];
  if (entry.public_key && *entry.public_key != key->public_key) return false;
  entry.public_key = key->public_key;
  entry.signing_key = std::move(key);
  return true;
}

void KeyCache::Expect(const KeyId& id, const PublicKey& public_key) {
  if (IsExpected(id, public_key)) return;
  const std::unique_lock lock(mutex_);
  Entry& entry = entries_[id];
  if (entry.public_key && *entry.public_key != public_key) entry.signing_key.reset();
  entry.public_key = public_key;
}

bool KeyCache::IsExpected(const KeyId& id, const PublicKey& public_key) const {
  const std::shared_lock lock(mutex_);
  const auto entry = entries_.find(id);
  return entry != entries_.end() && entry->second.public_key == public_key;
}

void KeyCache::ForgetHandle(const KeyId& id) {
  const std::unique_lock lock(mutex_);
  index_.erase(id);
  const auto entry = entries_.find(id);
  if (entry != entries_.end()) entry->second.signing_key.reset();
}

void KeyCache::Erase(const KeyId& id) {
  const std::unique_lock lock(mutex_);
  index_.erase(id);
  entries_.erase(id);
}

bool KeyCache::empty() const {
  const std::shared_lock lock(mutex_);
  return entries_.empty();
}

void KeyCache::SetIndex(HandleIndex index, std::uint64_t epoch) {
  const std::unique_lock lock(mutex_);
  index_.swap(index);
  index_epoch_ = epoch;
}

std::optional<KeyHandles> KeyCache::Indexed(const KeyId& id, std::uint64_t epoch) const {
  const std::shared_lock lock(mutex_);
  if (index_epoch_ != epoch) return std::nullopt;
  const auto handles = index_.find(id);
  if (handles == index_.end()) return std::nullopt;
  return handles->second;
}

bool KeyCache::HasIndex(std::uint64_t epoch) const {
  const std::shared_lock lock(mutex_);
  return index_epoch_ == epoch;
}

bool KeyCache::WorthIndexing(std::uint64_t epoch) const {
  const std::shared_lock lock(mutex_);
  return index_epoch_ != epoch && entries_.size() >= kManyKeys;
}

}  // namespace dkimkeeper::pkcs11

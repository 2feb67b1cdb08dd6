#include "server/keys/key_schedule.h"

#include <cstdint>
#include <string_view>

namespace dkimkeeper {
namespace {

// FNV-1a; std::hash may differ from one machine to the next.
std::uint64_t Mix(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return (hash ^ '/') * 0x100000001b3U;
}

}  // namespace

Timestamp PlannedRotation(const Key& key, Timestamp activated_at, const KeyPolicy& policy) {
  if (key.origin == KeyOrigin::kImported) return activated_at;
  std::uint64_t hash = Mix(0xcbf29ce484222325U, key.domain.str());
  hash = Mix(hash, key.sender.str());
  hash = Mix(hash, AlgorithmName(key.algorithm));
  // The upper bits are the well mixed ones.
  constexpr std::int64_t kParts = 1024;
  const auto part = static_cast<std::int64_t>(hash >> 54U);
  const std::int64_t spread = policy.rotation_period.count() / 16;
  return activated_at + policy.rotation_period - std::chrono::milliseconds(spread * part / kParts);
}

}  // namespace dkimkeeper

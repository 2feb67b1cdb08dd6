// What is known of each key, for look-ups on the path of every signature.
#ifndef HSM_KEY_ID_MAP_H_
#define HSM_KEY_ID_MAP_H_

#include <cstddef>
#include <functional>
#include <unordered_map>

#include "hsm/key_id.h"

namespace dkimkeeper {

// Deliberately not noexcept: libstdc++ then keeps the hash in each element (its manual, "Hash
// Code"). With std::hash<KeyId> a look-up computes it anew of every element that it passes, and
// among many keys each of them is a cache miss.
struct KeyIdHash {
  std::size_t operator()(const KeyId& id) const { return std::hash<KeyId>{}(id); }
};

template <typename Value>
using KeyIdMap = std::unordered_map<KeyId, Value, KeyIdHash>;

}  // namespace dkimkeeper

#endif  // HSM_KEY_ID_MAP_H_

// The hashes of a Merkle tree (RFC 6962 §2.1).
#ifndef PROTO_AUDIT_TREE_HASH_H_
#define PROTO_AUDIT_TREE_HASH_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace dkimkeeper {

// SHA-256 of a node or leaf.
using TreeHash = std::array<std::uint8_t, 32>;

[[nodiscard]] inline std::string_view OctetsOf(const TreeHash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// All three abort where OpenSSL cannot hash: no log can be kept or judged then. Thread-safe.
[[nodiscard]] TreeHash Sha256(std::string_view octets);
// SHA-256(0x00 || leaf)
[[nodiscard]] TreeHash HashLeaf(std::string_view leaf);
// SHA-256(0x01 || left || right)
[[nodiscard]] TreeHash HashNode(const TreeHash& left, const TreeHash& right);

}  // namespace dkimkeeper

#endif  // PROTO_AUDIT_TREE_HASH_H_

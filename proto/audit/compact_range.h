// A Merkle tree (RFC 6962 §2.1) that grows, of which only the edge is kept.
#ifndef PROTO_AUDIT_COMPACT_RANGE_H_
#define PROTO_AUDIT_COMPACT_RANGE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/audit/tree_hash.h"

namespace dkimkeeper {

// The first `size()` leaves, as the hashes of the full subtrees that they make, the largest (and
// leftmost) first: one for each bit set in the size. At most 64 hashes. A value; not thread-safe.
class CompactRange {
 public:
  // Of no leaves.
  CompactRange() = default;

  // Nothing where `size` leaves do not make so many subtrees.
  [[nodiscard]] static std::optional<CompactRange> From(std::uint64_t size,
                                                        std::vector<TreeHash> hashes);

  // `leaf` is HashLeaf of the next one. Two hashes on average, log₂ size at most.
  void Append(const TreeHash& leaf);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::vector<TreeHash>& hashes() const { return hashes_; }
  // The Merkle tree hash; of no leaves, the SHA-256 of nothing.
  [[nodiscard]] TreeHash Root() const;

  friend bool operator==(const CompactRange&, const CompactRange&) = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<TreeHash> hashes_;
};

}  // namespace dkimkeeper

#endif  // PROTO_AUDIT_COMPACT_RANGE_H_

// Proofs over a log's Merkle tree (RFC 6962 §2.1.1 and §2.1.2), and who checks them.
#ifndef PROTO_AUDIT_MERKLE_TREE_H_
#define PROTO_AUDIT_MERKLE_TREE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "proto/audit/compact_range.h"
#include "proto/audit/tree_hash.h"

namespace dkimkeeper {

using MerkleProof = std::vector<TreeHash>;

// A log whose first leaves may be gone: of those the compact range is kept, of the others each
// leaf's hash (32 bytes a leaf). Not thread-safe.
class MerkleTree {
 public:
  explicit MerkleTree(CompactRange before = {}) : before_(std::move(before)) {}

  void Append(const TreeHash& leaf) { leaves_.push_back(leaf); }

  // The first leaf that is here; size() where none is.
  [[nodiscard]] std::uint64_t first() const { return before_.size(); }
  [[nodiscard]] std::uint64_t size() const { return first() + leaves_.size(); }

  // The tree's hash when it had `size` leaves; nothing before first(), or beyond size().
  [[nodiscard]] std::optional<TreeHash> RootAt(std::uint64_t size) const;
  // That leaf `index` is in the tree of `size` leaves. Nothing unless first() ≤ index < size ≤
  // size().
  [[nodiscard]] std::optional<MerkleProof> Inclusion(std::uint64_t index, std::uint64_t size) const;
  // That the tree of `larger` leaves begins with that of `smaller`. Nothing unless
  // max(1, first()) ≤ smaller ≤ larger ≤ size().
  [[nodiscard]] std::optional<MerkleProof> Consistency(std::uint64_t smaller,
                                                       std::uint64_t larger) const;

  // `index` ≥ first().
  [[nodiscard]] const TreeHash& leaf(std::uint64_t index) const {
    return leaves_[static_cast<std::size_t>(index - first())];
  }

 private:
  [[nodiscard]] TreeHash Subtree(std::uint64_t begin, std::uint64_t end) const;
  [[nodiscard]] TreeHash Before(std::uint64_t begin, std::uint64_t end) const;
  void AddConsistency(std::uint64_t smaller, std::uint64_t begin, std::uint64_t end, bool whole,
                      MerkleProof& proof) const;

  CompactRange before_;
  std::vector<TreeHash> leaves_;
};

// Whether `proof` leads from the leaf to the root (RFC 9162 §2.1.3.2).
[[nodiscard]] bool VerifyInclusion(const TreeHash& leaf, std::uint64_t index, std::uint64_t size,
                                   const TreeHash& root, const MerkleProof& proof);

// Whether `proof` leads to both roots (RFC 9162 §2.1.4.2). Any tree begins with the empty one.
[[nodiscard]] bool VerifyConsistency(std::uint64_t smaller, const TreeHash& smaller_root,
                                     std::uint64_t larger, const TreeHash& larger_root,
                                     const MerkleProof& proof);

}  // namespace dkimkeeper

#endif  // PROTO_AUDIT_MERKLE_TREE_H_

#include "proto/audit/merkle_tree.h"

#include <algorithm>
#include <bit>

namespace dkimkeeper {
namespace {

// The largest power of two below `count`, which is at least 2.
std::uint64_t SplitOf(std::uint64_t count) { return std::bit_floor(count - 1); }

}  // namespace

// A full subtree that ends at or before first(): one of the kept hashes, as every node that a proof
// needs on that side is one.
TreeHash MerkleTree::Before(std::uint64_t begin, std::uint64_t end) const {
  std::uint64_t at = 0;
  for (const TreeHash& hash : before_.hashes()) {
    const std::uint64_t width = std::bit_floor(before_.size() - at);
    if (at == begin && width == end - begin) return hash;
    at += width;
  }
  // A part of a kept one: no caller asks for it.
  return {};
}

TreeHash MerkleTree::Subtree(std::uint64_t begin, std::uint64_t end) const {
  if (begin == end) return Sha256({});
  if (end <= first() && std::has_single_bit(end - begin)) return Before(begin, end);
  if (end - begin == 1) return leaf(begin);
  if (begin >= first() || begin == 0) {
    // Without recursion: log₂ hashes are held, whatever the size.
    CompactRange range = begin == 0 ? before_ : CompactRange();
    if (end >= first()) {
      for (std::uint64_t i = begin + range.size(); i < end; ++i) range.Append(leaf(i));
      return range.Root();
    }
  }
  const std::uint64_t middle = begin + SplitOf(end - begin);
  return HashNode(Subtree(begin, middle), Subtree(middle, end));
}

std::optional<TreeHash> MerkleTree::RootAt(std::uint64_t size) const {
  if (size < first() || size > this->size()) return std::nullopt;
  return Subtree(0, size);
}

std::optional<MerkleProof> MerkleTree::Inclusion(std::uint64_t index, std::uint64_t size) const {
  if (index < first() || index >= size || size > this->size()) return std::nullopt;
  MerkleProof proof;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + SplitOf(end - begin);
    if (index < middle) {
      proof.push_back(Subtree(middle, end));
      end = middle;
    } else {
      proof.push_back(Subtree(begin, middle));
      begin = middle;
    }
  }
  std::ranges::reverse(proof);  // from the leaf to the root
  return proof;
}

// SUBPROOF of RFC 6962 §2.1.2, of the leaves from `begin` on.
void MerkleTree::AddConsistency(std::uint64_t smaller, std::uint64_t begin, std::uint64_t end,
                                bool whole, MerkleProof& proof) const {
  if (smaller == end - begin) {
    if (!whole) proof.push_back(Subtree(begin, end));
    return;
  }
  const std::uint64_t split = SplitOf(end - begin);
  if (smaller <= split) {
    AddConsistency(smaller, begin, begin + split, whole, proof);
    proof.push_back(Subtree(begin + split, end));
  } else {
    AddConsistency(smaller - split, begin + split, end, false, proof);
    proof.push_back(Subtree(begin, begin + split));
  }
}

std::optional<MerkleProof> MerkleTree::Consistency(std::uint64_t smaller,
                                                   std::uint64_t larger) const {
  if (smaller == 0 || smaller < first() || smaller > larger || larger > size()) return std::nullopt;
  MerkleProof proof;
  AddConsistency(smaller, 0, larger, true, proof);
  return proof;
}

bool VerifyInclusion(const TreeHash& leaf, std::uint64_t index, std::uint64_t size,
                     const TreeHash& root, const MerkleProof& proof) {
  if (index >= size) return false;
  std::uint64_t node = index;
  std::uint64_t last = size - 1;
  TreeHash hash = leaf;
  for (const TreeHash& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1) == 1 || node == last) {
      hash = HashNode(sibling, hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = HashNode(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool VerifyConsistency(std::uint64_t smaller, const TreeHash& smaller_root, std::uint64_t larger,
                       const TreeHash& larger_root, const MerkleProof& proof) {
  if (smaller > larger) return false;
  if (smaller == larger) return proof.empty() && smaller_root == larger_root;
  if (smaller == 0) return proof.empty() && smaller_root == Sha256({});
  // A full subtree is its own root; the proof leaves it out.
  MerkleProof path = proof;
  if (std::has_single_bit(smaller)) path.insert(path.begin(), smaller_root);
  if (path.empty()) return false;
  std::uint64_t node = smaller - 1;
  std::uint64_t last = larger - 1;
  while ((node & 1) == 1) {
    node >>= 1;
    last >>= 1;
  }
  TreeHash from_smaller = path.front();
  TreeHash from_larger = path.front();
  for (auto sibling = path.begin() + 1; sibling != path.end(); ++sibling) {
    if (last == 0) return false;
    if ((node & 1) == 1 || node == last) {
      from_smaller = HashNode(*sibling, from_smaller);
      from_larger = HashNode(*sibling, from_larger);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      from_larger = HashNode(from_larger, *sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && from_smaller == smaller_root && from_larger == larger_root;
}

}  // namespace dkimkeeper

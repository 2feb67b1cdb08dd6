#include "proto/audit/compact_range.h"

#include <bit>
#include <cstddef>
#include <utility>

namespace dkimkeeper {

std::optional<CompactRange> CompactRange::From(std::uint64_t size, std::vector<TreeHash> hashes) {
  if (hashes.size() != static_cast<std::size_t>(std::popcount(size))) return std::nullopt;
  CompactRange range;
  range.size_ = size;
  range.hashes_ = std::move(hashes);
  return range;
}

void CompactRange::Append(const TreeHash& leaf) {
  TreeHash hash = leaf;
  // Each full subtree that this leaf completes: as many as there are ones at the end of the size.
  for (std::uint64_t rest = size_; (rest & 1) == 1; rest >>= 1) {
    hash = HashNode(hashes_.back(), hash);
    hashes_.pop_back();
  }
  hashes_.push_back(hash);
  ++size_;
}

TreeHash CompactRange::Root() const {
  if (hashes_.empty()) return Sha256({});
  TreeHash root = hashes_.back();
  for (std::size_t i = hashes_.size() - 1; i > 0; --i) root = HashNode(hashes_[i - 1], root);
  return root;
}

}  // namespace dkimkeeper

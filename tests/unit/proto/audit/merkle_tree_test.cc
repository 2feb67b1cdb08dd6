#include "proto/audit/merkle_tree.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/dkim/hex.h"

namespace dkimkeeper {
namespace {

std::string Hex(const TreeHash& hash) { return EncodeHex(OctetsOf(hash)); }

// The eight leaves and their trees' roots that implementations of Certificate Transparency test
// with.
const std::vector<std::string> kLeaves = {"",
                                          "00",
                                          "10",
                                          "2021",
                                          "3031",
                                          "40414243",
                                          "5051525354555657",
                                          "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> kRoots = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TreeHash KnownLeaf(std::size_t index) { return HashLeaf(*DecodeHex(kLeaves[index])); }

TreeHash SomeLeaf(std::uint64_t index) { return HashLeaf("leaf " + std::to_string(index)); }

MerkleTree TreeOf(std::uint64_t size, std::uint64_t first = 0) {
  CompactRange before;
  for (std::uint64_t i = 0; i < first; ++i) before.Append(SomeLeaf(i));
  MerkleTree tree(before);
  for (std::uint64_t i = first; i < size; ++i) tree.Append(SomeLeaf(i));
  return tree;
}

TEST(CompactRangeTest, HasTheKnownRoots) {
  CompactRange range;
  EXPECT_EQ(Hex(range.Root()), kRoots[0]);
  for (std::size_t i = 0; i < kLeaves.size(); ++i) {
    range.Append(KnownLeaf(i));
    EXPECT_EQ(Hex(range.Root()), kRoots[i + 1]) << i + 1;
  }
}

TEST(CompactRangeTest, GoesOnFromItsHashes) {
  CompactRange range;
  for (std::uint64_t i = 0; i < 37; ++i) {
    auto again = CompactRange::From(range.size(), range.hashes());
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, range);
    range.Append(SomeLeaf(i));
    again->Append(SomeLeaf(i));
    EXPECT_EQ(again->Root(), range.Root());
    EXPECT_FALSE(CompactRange::From(range.size() + 1 + 64, range.hashes()) &&
                 CompactRange::From(range.size(), {}));
  }
}

TEST(MerkleTreeTest, HasTheKnownRootsAtEachSize) {
  MerkleTree tree;
  for (std::size_t i = 0; i < kLeaves.size(); ++i) tree.Append(KnownLeaf(i));
  for (std::size_t size = 0; size < kRoots.size(); ++size)
    EXPECT_EQ(Hex(tree.RootAt(size).value()), kRoots[size]) << size;
  EXPECT_FALSE(tree.RootAt(kRoots.size()));
}

// RFC 6962 §2.1.3, whose tree has seven leaves: the audit paths of d0, d3, d4 and d6.
TEST(MerkleTreeTest, HasThePathsOfTheRfc) {
  const MerkleTree tree = TreeOf(7);
  const auto leaf = SomeLeaf;
  const TreeHash g = HashNode(leaf(0), leaf(1));
  const TreeHash h = HashNode(leaf(2), leaf(3));
  const TreeHash i = HashNode(leaf(4), leaf(5));
  const TreeHash k = HashNode(g, h);
  const TreeHash l = HashNode(i, leaf(6));
  EXPECT_EQ(tree.Inclusion(0, 7), (MerkleProof{leaf(1), h, l}));
  EXPECT_EQ(tree.Inclusion(3, 7), (MerkleProof{leaf(2), g, l}));
  EXPECT_EQ(tree.Inclusion(4, 7), (MerkleProof{leaf(5), leaf(6), k}));
  EXPECT_EQ(tree.Inclusion(6, 7), (MerkleProof{i, k}));
  EXPECT_EQ(tree.Consistency(3, 7), (MerkleProof{leaf(2), leaf(3), g, l}));
  EXPECT_EQ(tree.Consistency(4, 7), (MerkleProof{l}));
  EXPECT_EQ(tree.Consistency(6, 7), (MerkleProof{i, leaf(6), k}));
}

TEST(MerkleTreeTest, EachProofIsVerifiedAndNoOther) {
  const std::uint64_t most = 20;
  const MerkleTree tree = TreeOf(most);
  for (std::uint64_t size = 1; size <= most; ++size) {
    const TreeHash root = *tree.RootAt(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const MerkleProof proof = *tree.Inclusion(index, size);
      EXPECT_TRUE(VerifyInclusion(SomeLeaf(index), index, size, root, proof));
      EXPECT_FALSE(VerifyInclusion(SomeLeaf(index + 1), index, size, root, proof));
      EXPECT_FALSE(VerifyInclusion(SomeLeaf(index), index, size, SomeLeaf(0), proof) && size > 1);
      MerkleProof longer = proof;
      longer.push_back(root);
      EXPECT_FALSE(VerifyInclusion(SomeLeaf(index), index, size, root, longer));
      for (std::size_t i = 0; i < proof.size(); ++i) {
        MerkleProof wrong = proof;
        wrong[i][0] ^= 1;
        EXPECT_FALSE(VerifyInclusion(SomeLeaf(index), index, size, root, wrong));
      }
    }
  }
}

TEST(MerkleTreeTest, EachConsistencyIsVerifiedAndNoOther) {
  const std::uint64_t most = 20;
  const MerkleTree tree = TreeOf(most);
  for (std::uint64_t larger = 1; larger <= most; ++larger) {
    for (std::uint64_t smaller = 1; smaller <= larger; ++smaller) {
      const TreeHash from = *tree.RootAt(smaller);
      const TreeHash to = *tree.RootAt(larger);
      const MerkleProof proof = *tree.Consistency(smaller, larger);
      EXPECT_TRUE(VerifyConsistency(smaller, from, larger, to, proof)) << smaller << "/" << larger;
      EXPECT_FALSE(VerifyConsistency(smaller, SomeLeaf(99), larger, to, proof));
      EXPECT_FALSE(VerifyConsistency(smaller, from, larger, SomeLeaf(99), proof));
      for (std::size_t i = 0; i < proof.size(); ++i) {
        MerkleProof wrong = proof;
        wrong[i][31] ^= 128;
        EXPECT_FALSE(VerifyConsistency(smaller, from, larger, to, wrong));
      }
    }
  }
  EXPECT_TRUE(VerifyConsistency(0, Sha256({}), 5, *tree.RootAt(5), {}));
  EXPECT_FALSE(VerifyConsistency(6, *tree.RootAt(6), 5, *tree.RootAt(5), {}));
}

// Old segments are gone: what remains proves the same with the same hashes.
TEST(MerkleTreeTest, ProvesTheSameWithoutItsFirstLeaves) {
  const std::uint64_t most = 20;
  const MerkleTree whole = TreeOf(most);
  for (std::uint64_t first = 1; first <= most; ++first) {
    const MerkleTree rest = TreeOf(most, first);
    EXPECT_FALSE(rest.RootAt(first - 1));
    EXPECT_FALSE(rest.Inclusion(first - 1, most));
    for (std::uint64_t size = first; size <= most; ++size) {
      EXPECT_EQ(rest.RootAt(size), whole.RootAt(size)) << first << "/" << size;
      for (std::uint64_t index = first; index < size; ++index)
        EXPECT_EQ(rest.Inclusion(index, size), whole.Inclusion(index, size));
      for (std::uint64_t smaller = first; smaller <= size; ++smaller)
        EXPECT_EQ(rest.Consistency(smaller, size), whole.Consistency(smaller, size));
    }
  }
}

}  // namespace
}  // namespace dkimkeeper

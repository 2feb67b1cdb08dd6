#include "proto/audit/segment.h"

#include <gtest/gtest.h>

#include "proto/audit/record.h"
#include "proto/dkim/hex.h"

namespace dkimkeeper {
namespace {

TEST(SegmentTest, FileNamesSortAsSequencesDo) {
  EXPECT_EQ(SegmentFileName(0), "00000000000000000000.audit");
  EXPECT_EQ(SegmentFileName(1234), "00000000000000001234.audit");
  EXPECT_EQ(SegmentFileName(UINT64_MAX), "18446744073709551615.audit");
  EXPECT_EQ(ParseSegmentFileName(SegmentFileName(UINT64_MAX)), UINT64_MAX);
  EXPECT_EQ(ParseSegmentFileName(SegmentFileName(0)), 0U);
  for (const char* other :
       {"", "checkpoints", "0.audit", "00000000000000000000.audi", "00000000000000000000.audit~",
        "18446744073709551616.audit", "-0000000000000000001.audit", "0000000000000000000x.audit"}) {
    EXPECT_FALSE(ParseSegmentFileName(other)) << other;
  }
}

// What is on disks stays what it is.
TEST(SegmentTest, TheFirstHeaderHasTheseOctets) {
  const std::string octets = EncodeSegmentHeader({.origin = "a.example/1", .before = {}});
  EXPECT_EQ(EncodeHex(octets.substr(0, octets.size() - 8)),
            "444b415544495401"
            "00000017"
            "ffffffe8"
            "0000000b"
            "612e6578616d706c652f31"
            "0000000000000000");
  EXPECT_EQ(octets.substr(octets.size() - 8),
            OctetsOf(Sha256(octets.substr(0, octets.size() - 8))).substr(0, 8));
}

TEST(SegmentTest, AFrameIsItsLengthTwiceItsRecordAndItsCheck) {
  const Frame frame = EncodeFrame("abc");
  EXPECT_EQ(EncodeHex(frame.octets).substr(0, 22),
            "00000003"
            "fffffffc"
            "616263");
  EXPECT_EQ(frame.octets.size(), 3 + kFrameOverhead);
  EXPECT_EQ(frame.octets.substr(11), OctetsOf(frame.leaf).substr(0, 8));
  EXPECT_EQ(frame.leaf, HashLeaf("abc"));
}

}  // namespace
}  // namespace dkimkeeper

// The audit log on disk: a folder of segments, each a file of records.
//
// A segment is called for the sequence of its first record, 20 decimal digits and ".audit", so that
// names sort as records do. All numbers are big-endian. It begins with a header:
//
//     8  "DKAUDIT" and the format's version, 1
//     4  how long the header's body is; at most kLongestSegmentHeader
//     4  the same number, each bit inverted
//        the body:
//     4    how long the origin is; at most kLongestOrigin
//     n    the origin: the log's name, the same as in its checkpoints
//     8    the first record's sequence
//   32c    the hashes of the Merkle tree before it (compact_range.h), c the ones in that sequence:
//   a
//          log whose old segments are gone can still be proven from here on
//     8  the first octets of the SHA-256 of all of the above
//
// Then a frame for each record, without gaps:
//
//     4  how long the encoded record is; 1 to kLongestAuditRecord
//     4  the same number, each bit inverted
//     n  the record (record.h)
//     8  the first octets of its leaf hash, SHA-256(0x00 || record)
//
// Segments grow at their end only, so that a crash leaves at most an incomplete header or frame, or
// zeros, at the end of the newest. That is a torn write, and no sign of tampering; the next writer
// cuts it off. Lengths stand twice so that a damaged one is never taken for that.
#ifndef PROTO_AUDIT_SEGMENT_H_
#define PROTO_AUDIT_SEGMENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/audit/compact_range.h"
#include "proto/audit/tree_hash.h"

namespace dkimkeeper {

inline constexpr std::string_view kSegmentMagic{"DKAUDIT\1", 8};
inline constexpr std::size_t kLongestOrigin = 255;
inline constexpr std::size_t kLongestSegmentHeader = 4 + kLongestOrigin + 8 + 64 * sizeof(TreeHash);
inline constexpr std::size_t kSegmentCheckSize = 8;
// Before a frame's record, and all around it.
inline constexpr std::size_t kFrameHeaderSize = 8;
inline constexpr std::size_t kFrameOverhead = kFrameHeaderSize + kSegmentCheckSize;

struct SegmentHeader {
  std::string origin;
  CompactRange before;  // its size is the sequence of the first record
  friend bool operator==(const SegmentHeader&, const SegmentHeader&) = default;
};

// `origin` is at most kLongestOrigin octets.
[[nodiscard]] std::string EncodeSegmentHeader(const SegmentHeader& header);

// A record as it is appended to a segment, and to the tree.
struct Frame {
  std::string octets;
  TreeHash leaf;
};
// `record` is what EncodeRecord made.
[[nodiscard]] Frame EncodeFrame(std::string_view record);

// "00000000000000000000.audit"
[[nodiscard]] std::string SegmentFileName(std::uint64_t first_sequence);
// Nothing for a file that is called otherwise: it is no segment.
[[nodiscard]] std::optional<std::uint64_t> ParseSegmentFileName(std::string_view name);

// What stands beside the segments.
inline constexpr std::string_view kCheckpointsFile = "checkpoints";
inline constexpr std::string_view kVerifierKeyFile = "audit.vkey";

}  // namespace dkimkeeper

#endif  // PROTO_AUDIT_SEGMENT_H_

#include "proto/audit/segment_reader.h"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "proto/octets.h"

namespace dkimkeeper {
namespace {

using Answer = std::variant<SegmentRecord, SegmentEnd, Damage>;

std::string RecordName(std::uint64_t sequence) { return "record " + std::to_string(sequence); }

}  // namespace

// Fewer octets than `size`: the file ends before, or cannot be read.
std::string SegmentReader::Read(std::size_t size) {
  std::string octets(size, '\0');
  in_.read(octets.data(), static_cast<std::streamsize>(size));
  octets.resize(static_cast<std::size_t>(in_.gcount()));
  return octets;
}

bool SegmentReader::OnlyZerosFollow() {
  constexpr std::size_t kPiece = 4096;
  std::string piece;
  do {
    piece = Read(kPiece);
    if (!std::ranges::all_of(piece, [](char c) { return c == '\0'; })) return false;
  } while (!piece.empty());
  return true;
}

std::variant<SegmentHeader, SegmentEnd, Damage> SegmentReader::ReadHeader() {
  const auto bad = [](const char* what) { return Damage{DamageKind::kHeader, 0, 0, what}; };
  std::string octets = Read(kSegmentMagic.size() + 4);
  if (in_.bad()) return Damage{DamageKind::kUnreadable, 0, 0, "the file cannot be read"};
  if (octets != kSegmentMagic.substr(0, octets.size()) && !octets.starts_with(kSegmentMagic))
    return bad("it does not begin as a segment of format 1 does");
  if (octets.size() < kSegmentMagic.size() + 4) return SegmentEnd::kTorn;
  OctetReader size_reader(std::string_view(octets).substr(kSegmentMagic.size()));
  const std::size_t origin_size = size_reader.U32();
  if (origin_size > kLongestOrigin) return bad("the header's origin is too long");
  octets += Read(origin_size + 8);
  const std::size_t start = octets.size();
  if (start < kSegmentMagic.size() + 4 + origin_size + 8) return SegmentEnd::kTorn;
  OctetReader reader(std::string_view(octets).substr(kSegmentMagic.size()));
  SegmentHeader header{.origin = reader.Text(kLongestOrigin), .before = {}};
  const std::uint64_t first = reader.U64();
  const auto count = static_cast<std::size_t>(std::popcount(first));
  octets += Read(count * sizeof(TreeHash));
  const std::string check = Read(kSegmentCheckSize);
  if (check.size() < kSegmentCheckSize) return SegmentEnd::kTorn;
  if (OctetsOf(Sha256(octets)).substr(0, kSegmentCheckSize) != check)
    return bad("the checksum of the header does not match");
  std::vector<TreeHash> hashes(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto from = octets.begin() + static_cast<std::ptrdiff_t>(start + i * sizeof(TreeHash));
    std::transform(from, from + sizeof(TreeHash), hashes[i].begin(),
                   [](char c) { return static_cast<std::uint8_t>(c); });
  }
  header.before = *CompactRange::From(first, std::move(hashes));
  offset_ = octets.size() + kSegmentCheckSize;
  sequence_ = first;
  return header;
}

Answer SegmentReader::Short() {
  const bool unreadable = in_.bad();
  in_.clear();
  in_.seekg(static_cast<std::streamoff>(offset_));  // may be read again when there is more
  if (!unreadable) return SegmentEnd::kTorn;
  return Damage{DamageKind::kUnreadable, offset_, sequence_,
                RecordName(sequence_) + " cannot be read from the file"};
}

Damage SegmentReader::BadLength(std::uint32_t size) {
  in_.clear();
  in_.seekg(static_cast<std::streamoff>(offset_));
  return {DamageKind::kLength, offset_, sequence_,
          "the length of " + RecordName(sequence_) + " is damaged or over-long (" +
              std::to_string(size) + "); what follows cannot be read"};
}

Answer SegmentReader::Next() {
  const std::string head = Read(kFrameHeaderSize);
  if (head.empty() && !in_.bad()) {
    (void)Short();
    return SegmentEnd::kWhole;
  }
  if (head.size() < kFrameHeaderSize) return Short();
  OctetReader reader(head);
  const std::uint32_t size = reader.U32();
  const std::uint32_t inverted = reader.U32();
  if (size == 0 && inverted == 0 && OnlyZerosFollow()) return Short();
  if (size != ~inverted || size == 0 || size > kLongestAuditRecord) return BadLength(size);
  const std::string body = Read(size + kSegmentCheckSize);
  if (body.size() < size + kSegmentCheckSize) return Short();
  const std::string_view all = body;
  Answer answer = Judge(all.substr(0, size), all.substr(size));
  offset_ += kFrameOverhead + size;
  return answer;
}

Answer SegmentReader::Judge(std::string_view record, std::string_view check) {
  const std::uint64_t expected = sequence_++;
  const TreeHash leaf = HashLeaf(record);
  if (OctetsOf(leaf).substr(0, kSegmentCheckSize) != check) {
    return Damage{DamageKind::kChecksum, offset_, expected,
                  "the checksum of " + RecordName(expected) + " does not match"};
  }
  auto decoded = DecodeRecord(record);
  if (!decoded) {
    return Damage{DamageKind::kRecord, offset_, expected,
                  RecordName(expected) + ": " + decoded.error().message};
  }
  if (decoded->sequence != expected) {
    // What follows is judged by this one, so that one missing record is one finding.
    sequence_ = decoded->sequence + 1;
    return Damage{
        DamageKind::kSequence, offset_, expected,
        RecordName(decoded->sequence) + " stands where " + RecordName(expected) + " should"};
  }
  return SegmentRecord{*std::move(decoded), leaf, offset_};
}

}  // namespace dkimkeeper

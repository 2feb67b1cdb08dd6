#include "proto/audit/segment_reader.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>
#include <vector>

#include "proto/octets.h"

namespace dkimkeeper {
namespace {

using Answer = std::variant<SegmentRecord, SegmentEnd, Damage>;

bool IsZero(char c) { return c == '\0'; }

// Nothing where the two do not agree.
std::optional<std::uint32_t> LengthOf(std::string_view twice) {
  OctetReader reader(twice);
  const std::uint32_t size = reader.U32();
  if (size != ~reader.U32()) return std::nullopt;
  return size;
}

std::optional<SegmentHeader> ParseHeader(std::string_view body) {
  OctetReader reader(body);
  SegmentHeader header{.origin = reader.Text(kLongestOrigin), .before = {}};
  const std::uint64_t first = reader.U64();
  std::vector<TreeHash> hashes(static_cast<std::size_t>(std::popcount(first)));
  for (TreeHash& hash : hashes) std::ranges::generate(hash, [&] { return reader.U8(); });
  auto before = CompactRange::From(first, std::move(hashes));
  if (!reader.AtEnd() || !before) return std::nullopt;
  header.before = *std::move(before);
  return header;
}

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
    if (!std::ranges::all_of(piece, IsZero)) return false;
  } while (!piece.empty());
  return true;
}

std::variant<SegmentHeader, SegmentEnd, Damage> SegmentReader::ReadHeader() {
  const auto bad = [](const char* what) { return Damage{DamageKind::kHeader, 0, 0, what}; };
  std::string octets = Read(kSegmentMagic.size() + kFrameHeaderSize);
  if (in_.bad()) return Damage{DamageKind::kUnreadable, 0, 0, "the file cannot be read"};
  const std::string_view magic = std::string_view(octets).substr(0, kSegmentMagic.size());
  const bool zeros = std::ranges::all_of(octets, IsZero);
  if (zeros ? OnlyZerosFollow() : octets.size() < magic.size()) return SegmentEnd::kTorn;
  if (!kSegmentMagic.starts_with(magic))
    return bad("it does not begin as a segment of format 1 does");
  if (octets.size() < kSegmentMagic.size() + kFrameHeaderSize) return SegmentEnd::kTorn;
  const auto size = LengthOf(std::string_view(octets).substr(magic.size()));
  if (!size || *size > kLongestSegmentHeader) return bad("the length of its header is damaged");
  octets += Read(*size);
  const std::string check = Read(kSegmentCheckSize);
  if (check.size() < kSegmentCheckSize) return SegmentEnd::kTorn;
  if (OctetsOf(Sha256(octets)).substr(0, kSegmentCheckSize) != check)
    return bad("the checksum of its header does not match");
  auto header = ParseHeader(std::string_view(octets).substr(magic.size() + kFrameHeaderSize));
  if (!header) return bad("its header is malformed");
  offset_ = octets.size() + check.size();
  sequence_ = header->before.size();
  return *std::move(header);
}

Answer SegmentReader::Short() {
  const bool unreadable = in_.bad();
  in_.clear();
  in_.seekg(static_cast<std::streamoff>(offset_));  // may be read again when there is more
  if (!unreadable) return SegmentEnd::kTorn;
  return Damage{DamageKind::kUnreadable, offset_, sequence_,
                RecordName(sequence_) + " cannot be read from the file"};
}

Damage SegmentReader::BadLength() {
  in_.clear();
  in_.seekg(static_cast<std::streamoff>(offset_));
  return {DamageKind::kLength, offset_, sequence_,
          "the length of " + RecordName(sequence_) +
              " is damaged or over-long; what follows cannot be read"};
}

Answer SegmentReader::Next() {
  const std::string head = Read(kFrameHeaderSize);
  if (head.empty() && !in_.bad()) {
    (void)Short();
    return SegmentEnd::kWhole;
  }
  if (head.size() < kFrameHeaderSize) return Short();
  if (std::ranges::all_of(head, IsZero) && OnlyZerosFollow()) return Short();
  const auto size = LengthOf(head);
  if (!size || *size == 0 || *size > kLongestAuditRecord) return BadLength();
  const std::string body = Read(*size + kSegmentCheckSize);
  if (body.size() < *size + kSegmentCheckSize) return Short();
  const std::string_view all = body;
  Answer answer = Judge(all.substr(0, *size), all.substr(*size));
  offset_ += kFrameOverhead + *size;
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

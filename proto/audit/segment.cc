#include "proto/audit/segment.h"

#include <algorithm>
#include <charconv>

#include "proto/octets.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kDigits = 20;
constexpr std::string_view kExtension = ".audit";

std::string LengthTwice(std::size_t size) {
  OctetWriter writer;
  writer.U32(static_cast<std::uint32_t>(size));
  writer.U32(~static_cast<std::uint32_t>(size));
  return writer.Take();
}

}  // namespace

std::string EncodeSegmentHeader(const SegmentHeader& header) {
  OctetWriter writer;
  writer.Text(header.origin, kLongestOrigin);
  writer.U64(header.before.size());
  std::string body = writer.Take();
  for (const TreeHash& hash : header.before.hashes()) body += OctetsOf(hash);
  std::string octets = std::string(kSegmentMagic) + LengthTwice(body.size()) + body;
  octets += OctetsOf(Sha256(octets)).substr(0, kSegmentCheckSize);
  return octets;
}

Frame EncodeFrame(std::string_view record) {
  Frame frame{LengthTwice(record.size()), HashLeaf(record)};
  frame.octets += record;
  frame.octets += OctetsOf(frame.leaf).substr(0, kSegmentCheckSize);
  return frame;
}

std::string SegmentFileName(std::uint64_t first_sequence) {
  const std::string number = std::to_string(first_sequence);
  return std::string(kDigits - number.size(), '0') + number + std::string(kExtension);
}

std::optional<std::uint64_t> ParseSegmentFileName(std::string_view name) {
  if (name.size() != kDigits + kExtension.size() || !name.ends_with(kExtension))
    return std::nullopt;
  const std::string_view digits = name.substr(0, kDigits);
  if (!std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  std::uint64_t first = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), first);
  if (read.ec != std::errc()) return std::nullopt;  // more than 64 bits
  return first;
}

}  // namespace dkimkeeper

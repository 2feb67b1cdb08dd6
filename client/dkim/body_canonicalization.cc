#include "client/dkim/body_canonicalization.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "client/dkim/white_space.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kSlice = 1024;

// One bit or more set where the two words have a zero octet at the same place in both.
constexpr std::uint64_t CommonZeroOctet(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t both = a | b;
  return (both - 0x0101010101010101U) & ~both & 0x8080808080808080U;
}

std::uint64_t LoadXorSpaces(const char* octets) {
  std::uint64_t word = 0;
  std::memcpy(&word, octets, sizeof word);
  return word ^ 0x2020202020202020U;
}

// Whether a tab or two spaces in a row are in `text`: whether collapsing would change it. Most
// lines of prose, and of base64, are already as they must be, so this looks at eight octets at
// once.
bool NeedsCollapse(std::string_view text) {
  if (text.find('\t') != std::string_view::npos) return true;
  std::size_t i = 0;
  for (; i + sizeof(std::uint64_t) < text.size(); i += sizeof(std::uint64_t)) {
    const char* const octets = text.data() + i;
    if (CommonZeroOctet(LoadXorSpaces(octets), LoadXorSpaces(octets + 1)) != 0) return true;
  }
  return text.substr(i).find("  ") != std::string_view::npos;
}

// Copies `text` with each run of white space made one space. Answers the octets written, at most
// text.size(). Free of branches: in prose, every sixth octet would be mispredicted.
std::size_t CollapseWsp(std::string_view text, char* out) {
  std::size_t written = 0;
  bool after_wsp = false;
  for (const char c : text) {
    const bool wsp = IsWsp(c);
    out[written] = wsp ? ' ' : c;
    written += static_cast<std::size_t>(!(wsp && after_wsp));
    after_wsp = wsp;
  }
  return written;
}

}  // namespace

void BodyCanonicalizer::WriteLineEnds() {
  static constexpr std::string_view kLineEnds =
      "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n";
  while (line_ends_ > 0) {
    const std::uint64_t count = std::min<std::uint64_t>(line_ends_, kLineEnds.size() / 2);
    out_->Append(kLineEnds.substr(0, 2 * static_cast<std::size_t>(count)));
    line_ends_ -= count;
  }
}

void BodyCanonicalizer::RelaxedText(std::string_view text) {
  const std::string_view rest = TrimLeadingWsp(text);
  space_ = space_ || rest.size() < text.size();
  if (rest.empty()) return;
  WriteLineEnds();
  if (space_) out_->Append(" ");
  const std::string_view words = TrimTrailingWsp(rest);
  space_ = words.size() < rest.size();
  empty_ = false;
  if (!NeedsCollapse(words)) return out_->Append(words);
  std::array<char, kSlice> collapsed;
  out_->Append({collapsed.data(), CollapseWsp(words, collapsed.data())});
}

void BodyCanonicalizer::Text(std::string_view text) {
  if (text.empty()) return;
  if (relaxed_) {
    for (; !text.empty(); text.remove_prefix(std::min(kSlice, text.size()))) {
      RelaxedText(text.substr(0, kSlice));
    }
    return;
  }
  WriteLineEnds();
  out_->Append(text);
  empty_ = false;
}

void BodyCanonicalizer::LineEnd() {
  ++line_ends_;
  space_ = false;
}

void BodyCanonicalizer::Finish() {
  // An empty body is CRLF when simple and nothing when relaxed.
  if (!relaxed_ || !empty_) out_->Append("\r\n");
}

}  // namespace dkimkeeper

#include "client/audit/checkpoint_stream.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "proto/audit/checkpoint.h"
#include "proto/audit/signed_note.h"

namespace dkimkeeper {
namespace {

constexpr std::uint64_t kPiece = 65'536;
constexpr std::ptrdiff_t kTextLines = 3;
constexpr std::string_view kDash = "\u2014 ";

bool IsBeginOfText(std::string_view text) {
  const auto lines = std::ranges::count(text, '\n');
  if (lines < kTextLines) return true;
  return lines == kTextLines && text.back() == '\n' && Checkpoint::Parse(text).has_value();
}

bool IsBeginOfSignatures(const std::string& text, std::string_view lines) {
  const std::size_t whole = lines.rfind('\n') + 1;  // 0 where there is none
  const std::string_view begun = lines.substr(whole);
  if (!begun.starts_with(kDash.substr(0, begun.size())) && !begun.starts_with(kDash)) return false;
  return whole == 0 || SignedNote::Parse(text + "\n" + std::string(lines.substr(0, whole)));
}

}  // namespace

bool IsBeginOfCheckpoint(std::string_view octets) {
  const bool control = std::ranges::any_of(
      octets, [](char c) { return c != '\n' && static_cast<unsigned char>(c) < ' '; });
  if (control || octets.size() > kLongestNote) return false;
  const std::size_t blank = octets.find("\n\n");
  if (blank == std::string_view::npos) return IsBeginOfText(octets);
  const std::string text(octets.substr(0, blank + 1));
  return std::ranges::count(text, '\n') == kTextLines && IsBeginOfText(text) &&
         IsBeginOfSignatures(text, octets.substr(blank + 2));
}

CheckpointStream::CheckpointStream(const std::filesystem::path& path)
    : file_(path, std::ios::binary) {
  if (!file_.is_open()) return;
  file_.seekg(0, std::ios::end);
  left_ = static_cast<std::uint64_t>(std::max<std::streamoff>(file_.tellg(), 0));
  file_.seekg(0);
}

std::optional<CheckpointStream::Entry> CheckpointStream::Next() {
  while (notes_.empty() && left_ > 0 && file_.good() && rest_.size() <= kLongestNote) {
    std::string piece(static_cast<std::size_t>(std::min(left_, kPiece)), '\0');
    file_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    left_ -= piece.size();
    rest_.append(piece, 0, static_cast<std::size_t>(file_.gcount()));
    CheckpointEntries entries = SplitCheckpoints(rest_);
    rest_ = std::move(entries.torn);
    std::ranges::move(entries.notes, std::back_inserter(notes_));
  }
  if (!notes_.empty()) {
    Entry entry{offset_, std::move(notes_.front())};
    notes_.pop_front();
    offset_ += entry.note.size() + 1;
    return entry;
  }
  if (rest_.empty()) return std::nullopt;
  return Entry{offset_, std::exchange(rest_, {}), false};
}

}  // namespace dkimkeeper

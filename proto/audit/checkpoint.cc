#include "proto/audit/checkpoint.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "proto/audit/segment.h"
#include "proto/dkim/base64.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> Refuse(const char* what) {
  return Fail(Code::kInvalidArgument, reason::kBadDocument, what);
}

}  // namespace

bool IsOrigin(std::string_view text) {
  return text.size() <= kLongestOrigin &&
         VerifierKey::Make(std::string(text), std::string(VerifierKey::kSize, '\0')).has_value();
}

std::string Checkpoint::ToString() const {
  return origin + "\n" + std::to_string(size) + "\n" + EncodeBase64(OctetsOf(root)) + "\n";
}

Result<Checkpoint> Checkpoint::Parse(std::string_view text) {
  std::array<std::string_view, 3> lines;
  for (std::string_view& line : lines) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos || end == 0)
      return Refuse("a checkpoint has three lines: origin, size, root");
    line = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  Checkpoint checkpoint{.origin = std::string(lines[0])};
  const std::string_view size = lines[1];
  const auto read = std::from_chars(size.data(), size.data() + size.size(), checkpoint.size);
  if (read.ec != std::errc() || std::to_string(checkpoint.size) != size)
    return Refuse("a checkpoint's size is a decimal number of 64 bits");
  const auto root = DecodeBase64(lines[2]);
  if (!root || root->size() != checkpoint.root.size() || EncodeBase64(*root) != lines[2])
    return Refuse("a checkpoint's root is the base64 of 32 bytes");
  std::ranges::transform(*root, checkpoint.root.begin(),
                         [](char c) { return static_cast<std::uint8_t>(c); });
  return checkpoint;
}

std::string CheckpointEntry(const SignedNote& note) { return note.ToString() + "\n"; }

CheckpointEntries SplitCheckpoints(std::string_view file) {
  CheckpointEntries entries;
  while (!file.empty()) {
    const std::size_t text = file.find("\n\n");
    const std::size_t end = text == std::string_view::npos ? text : file.find("\n\n", text + 2);
    if (end == std::string_view::npos) break;
    entries.notes.emplace_back(file.substr(0, end + 1));
    file.remove_prefix(end + 2);
  }
  entries.torn = file;
  return entries;
}

}  // namespace dkimkeeper

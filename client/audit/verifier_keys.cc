#include "client/audit/verifier_keys.h"

#include <utility>

#include "client/audit/log_folder.h"
#include "proto/audit/checkpoint.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::uintmax_t kLongestKeys = 65'536;
constexpr std::uintmax_t kLongestKnown = 67'108'864;

tl::unexpected<Error> Refuse(const std::filesystem::path& path, const std::string& why) {
  return Fail(Code::kInvalidArgument, reason::kBadOption, path.string() + ": " + why);
}

}  // namespace

Result<std::vector<VerifierKey>> ReadVerifierKeys(const std::filesystem::path& path) {
  const auto text = ReadWholeFile(path, kLongestKeys);
  if (!text) return Forward(text);
  std::vector<VerifierKey> keys;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) continue;
    auto key = VerifierKey::Parse(line);
    if (!key) return Refuse(path, key.error().message);
    keys.push_back(*std::move(key));
  }
  if (keys.empty()) return Refuse(path, "there is no verifier key in it");
  return keys;
}

Result<std::vector<SignedNote>> ReadKnownCheckpoints(const std::filesystem::path& path) {
  const auto text = ReadWholeFile(path, kLongestKnown);
  if (!text) return Forward(text);
  std::vector<SignedNote> notes;
  // One that was copied out of the log has no empty line after it.
  const bool ended = text->ends_with("\n\n");
  const CheckpointEntries entries = SplitCheckpoints(ended ? *text : *text + "\n");
  for (const std::string& each : entries.notes) {
    auto note = SignedNote::Parse(each);
    if (!note) return Refuse(path, note.error().message);
    if (const auto checkpoint = Checkpoint::Parse(note->text); !checkpoint)
      return Refuse(path, checkpoint.error().message);
    notes.push_back(*std::move(note));
  }
  if (notes.empty() || !entries.torn.empty()) return Refuse(path, "it is no signed checkpoint");
  return notes;
}

}  // namespace dkimkeeper

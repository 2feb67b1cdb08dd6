// Any text is a signed note that is written as it was read, or is refused; so is a checkpoint, and
// a file of them.
#include "proto/audit/checkpoint.h"
#include "proto/reason.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const std::string_view text = FuzzText(data, size);
  const CheckpointEntries entries = SplitCheckpoints(text);
  std::string joined;
  for (const std::string& each : entries.notes) joined += each + "\n";
  FuzzCheck(joined + entries.torn == text, "nothing of the file is lost");
  if (const auto key = VerifierKey::Parse(text)) FuzzCheck(key->ToString() == text, "the key");
  const auto note = SignedNote::Parse(text);
  if (!note) {
    FuzzCheck(note.error().reason == reason::kBadDocument, "a refusal is a bad document");
    return 0;
  }
  FuzzCheck(note->ToString() == text, "the note");
  if (const auto checkpoint = Checkpoint::Parse(note->text)) {
    FuzzCheck(note->text.starts_with(checkpoint->ToString()), "the checkpoint");
  }
  return 0;
}

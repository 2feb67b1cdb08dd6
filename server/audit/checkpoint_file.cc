#include "server/audit/checkpoint_file.h"

#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "proto/audit/segment.h"
#include "proto/base/replace_file.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;

std::string Whole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

std::optional<Checkpoint> LastCheckpoint(const fs::path& folder) {
  const CheckpointEntries entries = SplitCheckpoints(Whole(folder / kCheckpointsFile));
  if (entries.notes.empty()) return std::nullopt;
  const auto note = SignedNote::Parse(entries.notes.back());
  if (!note) return std::nullopt;
  auto checkpoint = Checkpoint::Parse(note->text);
  if (!checkpoint) return std::nullopt;
  return *std::move(checkpoint);
}

CheckpointFile::CheckpointFile(const fs::path& folder) : path_(folder / kCheckpointsFile) {}

Outcome CheckpointFile::Ready() {
  if (file_ && file_->InPlace()) return {};
  file_.reset();
  const std::string text = Whole(path_);
  const std::size_t kept = text.size() - SplitCheckpoints(text).torn.size();
  std::error_code ignored;
  if (kept == 0) fs::remove(path_, ignored);  // with what was torn, there is nothing in it
  auto file = OpenOnDisk(path_, kept);
  if (!file) return Forward(file);
  file_ = *std::move(file);
  return {};
}

Outcome CheckpointFile::Append(const SignedNote& note) {
  if (auto ready = Ready(); !ready) return ready;
  return file_->Append(CheckpointEntry(note));
}

Result<bool> AddVerifierKey(const fs::path& folder, const VerifierKey& key) {
  const fs::path path = folder / kVerifierKeyFile;
  std::string text = Whole(path);
  const std::string line = key.ToString() + "\n";
  if (text.starts_with(line) || text.find("\n" + line) != std::string::npos) return false;
  const bool others = !text.empty();
  if (others && !text.ends_with('\n')) text += '\n';
  // For whoever verifies: there is nothing secret in it.
  if (auto replaced = ReplaceFile(path.string(), text + line, 0644); !replaced) {
    return Fail(Code::kUnavailable, reason::kAuditUnwritable,
                path.string() + ": " + replaced.error().message);
  }
  return others;
}

}  // namespace dkimkeeper

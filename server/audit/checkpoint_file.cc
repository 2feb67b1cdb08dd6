#include "server/audit/checkpoint_file.h"

#include <limits>
#include <string>
#include <system_error>
#include <utility>

#include "proto/audit/segment.h"
#include "proto/base/read_file.h"
#include "proto/base/replace_file.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;

// Empty where there is no file. What is there and cannot be read is not taken for nothing.
Result<std::string> Whole(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error) && !error) return std::string();
  auto text = ReadFile(path.string(), std::numeric_limits<std::size_t>::max());
  if (text) return text;
  return Fail(Code::kUnavailable, reason::kAuditUnwritable,
              path.string() + ": " + text.error().message);
}

}  // namespace

std::optional<Checkpoint> LastCheckpoint(const fs::path& folder) {
  const auto text = Whole(folder / kCheckpointsFile);
  if (!text) return std::nullopt;
  const CheckpointEntries entries = SplitCheckpoints(*text);
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
  const auto text = Whole(path_);
  if (!text) return Forward(text);
  const std::size_t kept = text->size() - SplitCheckpoints(*text).torn.size();
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
  auto read = Whole(path);
  if (!read) return Forward(read);
  std::string text = *std::move(read);
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

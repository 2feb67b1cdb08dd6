#include "client/audit/checkpoint_judge.h"

#include <algorithm>
#include <utility>

#include "proto/audit/segment.h"

namespace dkimkeeper {
namespace {

std::string File() { return std::string(kCheckpointsFile); }

std::string NameOf(const Checkpoint& checkpoint) {
  return "the checkpoint of " + std::to_string(checkpoint.size) + " records";
}

}  // namespace

CheckpointJudge::CheckpointJudge(const std::filesystem::path& folder, std::vector<VerifierKey> keys,
                                 Verification& result)
    : keys_(std::move(keys)), result_(result), stream_(folder / kCheckpointsFile) {}

std::optional<Checkpoint> CheckpointJudge::Accept(const SignedNote& note,
                                                  std::optional<std::uint64_t> offset,
                                                  const std::string& file) {
  auto checkpoint = Checkpoint::Parse(note.text);
  if (!checkpoint) {
    result_.Find(file, offset, checkpoint.error().message);
    return std::nullopt;
  }
  if (checkpoint->origin != result_.origin) {
    result_.Find(file, offset, NameOf(*checkpoint) + " is of another log, " + checkpoint->origin);
    return std::nullopt;
  }
  if (keys_.empty()) return *std::move(checkpoint);
  if (const Outcome verified = VerifyNote(note, keys_); !verified) {
    result_.Find(file, offset, NameOf(*checkpoint) + ": " + verified.error().message);
    return std::nullopt;
  }
  return *std::move(checkpoint);
}

void CheckpointJudge::TellTorn(const CheckpointStream::Entry& entry) {
  if (IsBeginOfCheckpoint(entry.note)) {
    result_.notes.emplace_back("the file of checkpoints ends within one: a torn write");
  } else {
    result_.Find(File(), entry.offset, "what stands at the end is no checkpoint");
  }
}

std::optional<Checkpoint> CheckpointJudge::Read(const CheckpointStream::Entry& entry) {
  ++entries_;
  const auto note = SignedNote::Parse(entry.note);
  if (!note) {
    result_.Find(File(), entry.offset, note.error().message);
    return std::nullopt;
  }
  auto checkpoint = Accept(*note, entry.offset, File());
  if (!checkpoint || checkpoint->size >= last_size_) return checkpoint;
  result_.Find(File(), entry.offset,
               NameOf(*checkpoint) + " stands after one of " + std::to_string(last_size_));
  return std::nullopt;
}

void CheckpointJudge::ReadNext() {
  next_.reset();
  while (const auto entry = stream_.Next()) {
    if (!entry->whole) return TellTorn(*entry);  // the last of all
    auto checkpoint = Read(*entry);
    if (!checkpoint) continue;
    last_size_ = checkpoint->size;
    next_ = Expected{*std::move(checkpoint), entry->offset};
    return;
  }
}

void CheckpointJudge::Begin(const std::vector<SignedNote>& known) {
  for (const SignedNote& note : known) {
    const auto checkpoint = Checkpoint::Parse(note.text);
    if (checkpoint && checkpoint->origin != result_.origin) continue;  // of another of the logs
    auto accepted = Accept(note, std::nullopt, "");
    if (!accepted) continue;
    if (accepted->size < result_.first) ++result_.before_first;
    const std::uint64_t size = accepted->size;
    known_.emplace(size, *std::move(accepted));
  }
  ReadNext();
}

void CheckpointJudge::Judge(const Checkpoint& checkpoint, const CompactRange& tree, bool known,
                            std::optional<std::uint64_t> offset) {
  if (checkpoint.root != tree.Root()) {
    return result_.Find(known ? "" : File(), offset,
                        NameOf(checkpoint) + (known ? ", kept elsewhere," : "") +
                            " is not of the records that are here: some were changed");
  }
  if (!known) ++result_.checkpoints;
  if (keys_.empty()) return;
  result_.proven = std::max(result_.proven, checkpoint.size);
  if (known) result_.known = std::max(result_.known, checkpoint.size);
  if (!newest_ || newest_->size <= checkpoint.size) newest_ = checkpoint;
}

void CheckpointJudge::Compare(const CompactRange& tree) {
  while (next_ && next_->checkpoint.size <= tree.size()) {
    if (next_->checkpoint.size < result_.first) ++result_.before_first;
    if (next_->checkpoint.size == tree.size()) Judge(next_->checkpoint, tree, false, next_->offset);
    ReadNext();
  }
  const auto [begin, end] = known_.equal_range(tree.size());
  for (auto each = begin; each != end; ++each) Judge(each->second, tree, true, std::nullopt);
}

void CheckpointJudge::FindCutOff(const std::string& file, const char* which, std::uint64_t size) {
  result_.Find(file, std::nullopt,
               std::string(which) + " counts " + std::to_string(size) +
                   " records, and the log ends after " + std::to_string(result_.size) +
                   ": it was cut off, or an older copy was put here");
}

void CheckpointJudge::Conclude() {
  std::uint64_t largest = 0;
  for (; next_; ReadNext()) largest = next_->checkpoint.size;
  if (largest > result_.size) FindCutOff(File(), "a checkpoint", largest);
  for (const auto& [size, checkpoint] : known_) {
    if (size > result_.size) FindCutOff("", "a checkpoint kept elsewhere", size);
  }
  if (keys_.empty() && entries_ > 0) {
    result_.Find(std::string(kVerifierKeyFile), std::nullopt,
                 "no key is known to verify the checkpoints with: give --key");
  }
  if (!keys_.empty() && entries_ == 0) {
    result_.Find(File(), std::nullopt,
                 stream_.is_open() ? "no checkpoint is in it" : "it is missing: nothing is proven");
  }
}

}  // namespace dkimkeeper

#include "server/audit/audit_notary.h"

#include <array>
#include <utility>
#include <vector>

#include "proto/audit/checkpoint.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kUnsigned = "audit.unsigned";
constexpr std::string_view kDamaged = "audit.damaged";
constexpr std::string_view kKeyChanged = "audit.key_changed";

}  // namespace

AuditNotary::AuditNotary(const Parts& parts, Options options)
    : parts_(parts),
      options_(std::move(options)),
      key_(parts.tokens, parts.clock, options_.origin, options_.token),
      file_(options_.folder),
      ever_signed_(LastCheckpoint(options_.folder).has_value()) {}

void AuditNotary::Checkpoint() {
  const std::lock_guard one(signing_);
  const CompactRange tree = parts_.log.Tree();
  if (tree.size() == signed_size_) return;
  const Outcome outcome = SignTree(tree);
  const std::string folder = options_.folder.string();
  if (outcome) {
    ever_signed_ = true;
    parts_.alarms.Clear(kUnsigned, folder, parts_.clock.Now());
    return;
  }
  if (ever_signed_) {
    parts_.alarms.Raise(kUnsigned, folder,
                        "the audit log gets no new checkpoint: " + outcome.error().message +
                            "; what is recorded meanwhile is not sealed",
                        parts_.clock.Now());
  }
  const std::lock_guard lock(mutex_);
  state_.problem = "checkpoints unavailable: " + outcome.error().message;
}

Outcome AuditNotary::SignTree(const CompactRange& tree) {
  const auto key = key_.Find();
  if (!key) return Forward(key);
  NoteNewKey(*key);
  SignedNote note{dkimkeeper::Checkpoint{options_.origin, tree.size(), tree.Root()}.ToString(), {}};
  if (auto done = key_.Sign(note); !done) return done;
  if (auto good = VerifyNote(note, std::array{*key}); !good) return good;
  if (auto kept = file_.Append(note); !kept) return kept;
  signed_size_ = tree.size();
  parts_.metrics.CountCheckpoint();
  const Outcome stored = Keep(tree.size(), note);
  const std::lock_guard lock(mutex_);
  state_ = {.size = tree.size(),
            .at = ToTimestamp(parts_.clock.Now()),
            .note = note.ToString(),
            .problem = stored ? std::string() : "not in the store: " + stored.error().message};
  return {};
}

Outcome AuditNotary::Keep(std::uint64_t size, const SignedNote& note) {
  const auto kept = parts_.store.PutCheckpoint(
      options_.origin, {size, ToTimestamp(parts_.clock.Now()), note.ToString()});
  if (!kept) return Forward(kept);
  if (kept->size > size) {
    parts_.alarms.Raise(kDamaged, options_.folder.string(),
                        "the store has a checkpoint over " + std::to_string(kept->size) +
                            " records, the audit log " + std::to_string(size) +
                            ": it was rolled back, or another daemon has its name",
                        parts_.clock.Now());
  }
  return {};
}

void AuditNotary::NoteNewKey(const VerifierKey& key) {
  const auto others = AddVerifierKey(options_.folder, key);
  if (!others || !*others) return;
  parts_.alarms.Raise(kKeyChanged, options_.folder.string(),
                      "the audit log has another key than before, " + key.ToString() +
                          "; give it to whoever verifies, and find out where the old one went",
                      parts_.clock.Now());
  AuditEntry entry{.at = std::chrono::floor<std::chrono::microseconds>(parts_.clock.Now()),
                   .act = "audit.key_changed",
                   .result = "ok",
                   .detail = key.ToString()};
  parts_.log.Append(std::move(entry));
}

NotaryState AuditNotary::State() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

Result<std::vector<Checkpoint>> KnownCheckpoints(const std::filesystem::path& folder,
                                                 KeyStore& store, const std::string& origin) {
  std::vector<Checkpoint> known;
  if (auto last = LastCheckpoint(folder)) known.push_back(*std::move(last));
  const auto stored = store.Checkpoints();
  if (!stored) return Forward(stored);
  const auto own = stored->find(origin);
  if (own == stored->end()) return known;
  const auto note = SignedNote::Parse(own->second.note);
  if (!note) return known;
  if (auto checkpoint = dkimkeeper::Checkpoint::Parse(note->text)) {
    known.push_back(*std::move(checkpoint));
  }
  return known;
}

}  // namespace dkimkeeper

#include "server/lifecycle/reconcile.h"

#include <map>
#include <utility>

#include "server/keys/key_state.h"

namespace dkimkeeper {
namespace {

constexpr std::chrono::seconds kFindTime{60};

class Reconciliation {
 public:
  explicit Reconciliation(const ReconcileParts& parts) : parts_(parts) {}

  Outcome FinishInterrupted() {
    const ViewPtr view = parts_.registry.Get();
    for (const auto& [name, key] : view->contents.keys) {
      if (!InProgress(*key)) continue;
      const auto finished = parts_.operations.Finish(*key);
      if (!finished) return Forward(finished);
      if (*finished) {
        Report("finished", SubjectOf(*key));
      } else if (const auto undone = parts_.operations.UndoBirth(*key); !undone) {
        return Forward(undone);
      } else {
        Report("undone", SubjectOf(*key) + ": the token never made it");
      }
    }
    return {};
  }

  Outcome Compare() {
    auto found = parts_.token.FindKeys(parts_.clock.Steady() + kFindTime);
    if (!found) return Forward(found);
    std::map<KeyId, TokenKey> in_token;
    for (TokenKey& key : *found) {
      if (key.purpose == KeyPurpose::kDkim) in_token.emplace(key.id, std::move(key));
    }
    const ViewPtr view = parts_.registry.Get();
    for (const auto& [name, key] : view->contents.keys) {
      if (key->destroyed_at || !key->public_key) continue;
      const auto there = in_token.extract(key->id);
      if (const auto compared = CompareOne(*key, there ? &there.mapped() : nullptr); !compared) {
        return compared;
      }
    }
    for (const auto& [id, key] : in_token) {
      Report("unknown", id.ToHex() + " (label " + key.label + "): the store does not know it");
    }
    return {};
  }

  std::vector<std::string> TakeFindings() { return std::move(findings_); }

 private:
  Outcome CompareOne(const Key& key, const TokenKey* there) {
    parts_.token.Expect(key.id, *key.public_key);
    if (there == nullptr) {
      Report("missing", SubjectOf(key));
      parts_.alarms.Raise("key.missing", SubjectOf(key),
                          "the token does not hold this key; restore the token's backup or rotate",
                          parts_.clock.Now());
      return {};
    }
    if (there->public_key == *key.public_key) return {};
    Report("changed", SubjectOf(key));
    parts_.alarms.Raise("key.changed", SubjectOf(key),
                        "the token holds another key under this id; it is quarantined: rotate, and "
                        "look into who wrote to the token",
                        parts_.clock.Now());
    return parts_.operations.Quarantine(key);
  }

  void Report(std::string_view kind, const std::string& what) {
    findings_.push_back(std::string(kind) + ": " + what);
    parts_.events.Warning("reconcile.finding", {{"kind", kind}, {"what", what}});
  }

  const ReconcileParts& parts_;
  std::vector<std::string> findings_;
};

}  // namespace

Result<std::vector<std::string>> Reconcile(const ReconcileParts& parts) {
  Reconciliation run(parts);
  if (const auto finished = run.FinishInterrupted(); !finished) return Forward(finished);
  if (const auto compared = run.Compare(); !compared) return Forward(compared);
  return run.TakeFindings();
}

}  // namespace dkimkeeper

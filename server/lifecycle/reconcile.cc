#include "server/lifecycle/reconcile.h"

#include <algorithm>
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
      if (key->token != parts_.token.name || !InProgress(*key)) continue;
      const auto finished = parts_.operations.Finish(key);
      if (finished && *finished) {
        Report("finished", NameOf(*key));
      } else if (finished) {
        Report("undone", NameOf(*key) + ": the token did not make it");
      } else if (finished.error().code == Code::kAborted) {
        continue;  // a caller is at it
      } else if (finished.error().code == Code::kFailedPrecondition) {
        Report("unfinished", NameOf(*key) + ": " + finished.error().message);
      } else {
        return Forward(finished);
      }
    }
    return {};
  }

  Outcome Compare() {
    auto found = parts_.token.token.FindKeys(parts_.clock.Steady() + kFindTime);
    if (!found) return Forward(found);
    std::multimap<KeyId, TokenKey> in_token;
    for (TokenKey& key : *found) {
      if (key.purpose == KeyPurpose::kDkim) in_token.emplace(key.id, std::move(key));
    }
    const ViewPtr view = parts_.registry.Get();
    for (const auto& [name, key] : view->contents.keys) {
      if (key->token != parts_.token.name || key->destroyed_at || !key->public_key) continue;
      if (const auto compared = CompareOne(*key, in_token); !compared) return compared;
    }
    for (const auto& [id, key] : in_token) {
      Report("unknown", id.ToHex() + " (label " + key.label + ") in token " + parts_.token.name +
                            ": the store does not know it");
    }
    return {};
  }

  std::vector<std::string> TakeFindings() { return std::move(findings_); }

 private:
  // Takes what belongs to `key` out of `in_token`.
  Outcome CompareOne(const Key& key, std::multimap<KeyId, TokenKey>& in_token) {
    parts_.token.token.Expect(key.id, *key.public_key);
    const auto [first, last] = in_token.equal_range(key.id);
    if (first == last) {
      Report("missing", NameOf(key));
      parts_.alarms.Raise("key.missing", NameOf(key),
                          "the token does not hold this key; restore the token's backup or rotate",
                          parts_.clock.Now());
      return {};
    }
    const auto same = std::find_if(first, last, [&key](const auto& entry) {
      return entry.second.public_key == key.public_key;
    });
    in_token.erase(same == last ? first : same);
    if (same != last) return {};
    Report("changed", NameOf(key));
    parts_.alarms.Raise("key.changed", NameOf(key),
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

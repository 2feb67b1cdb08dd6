#include "server/lifecycle/reconcile.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "server/keys/key_state.h"
#include "server/lifecycle/key_label.h"

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
    std::set<KeyName> names;
    for (const auto& [id, key] : in_token) {
      if (auto labelled = NameInLabel(key.label)) names.insert(*std::move(labelled));
      Report("unknown", id.ToHex() + " (label " + key.label + ") in token " + parts_.token.name +
                            ": the store does not know it");
    }
    return Reserve(names);
  }

  std::vector<std::string> TakeFindings() { return std::move(findings_); }

 private:
  // The selectors of keys that the store does not know, e.g. because an older copy of it was
  // restored: another key under one of them would be a second one.
  Outcome Reserve(const std::set<KeyName>& names) {
    if (names.empty()) return {};
    const auto reserved = parts_.registry.Update(
        ToTimestamp(parts_.clock.Now()), [&names](const View& view) -> Result<Decision> {
          Decision decision;
          for (const KeyName& name : names) {
            if (view.contents.keys.contains(name)) continue;
            if (view.contents.reserved_selectors.contains(name)) continue;
            decision.changes.emplace_back(ReserveSelector{name});
          }
          return decision;
        });
    if (!reserved) return Forward(reserved);
    return {};
  }

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

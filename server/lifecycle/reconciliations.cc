#include "server/lifecycle/reconciliations.h"

#include <utility>

namespace dkimkeeper {

Reconciliations::Reconciliations(const Parts& parts) : parts_(parts) {
  const ViewPtr view = parts_.registry.Get();
  for (const auto& [name, key] : view->contents.keys) {
    if (!key->public_key || key->destroyed_at) continue;
    if (const auto served = parts_.tokens.Find(key->token)) {
      (*served)->token.Expect(key->id, *key->public_key);
    }
  }
  for (const ServedToken& token : parts_.tokens) rounds_.try_emplace(token.name);
}

void Reconciliations::Checked(const ServedToken& token, bool ready) {
  {
    const std::lock_guard lock(mutex_);
    Round& round = rounds_.at(token.name);
    if (!ready) round.due = true;
    if (!ready || !round.due || round.queued) return;
    round.queued = true;
  }
  const auto submitted = token.acts.Submit([this, &token] { (void)Run(token); });
  if (submitted) return;
  const std::lock_guard lock(mutex_);
  rounds_.at(token.name).queued = false;
}

void Reconciliations::RunWhereReady() {
  for (const ServedToken& token : parts_.tokens) {
    if (token.health.Check()) (void)Run(token);
  }
}

bool Reconciliations::Run(const ServedToken& token) {
  {
    // Before it runs: what goes away meanwhile is due again.
    const std::lock_guard lock(mutex_);
    rounds_.at(token.name).due = false;
  }
  auto findings = Reconcile({.registry = parts_.registry,
                             .token = token,
                             .operations = parts_.operations,
                             .alarms = parts_.alarms,
                             .events = parts_.events,
                             .clock = parts_.clock});
  if (!findings) {
    parts_.events.Warning("reconcile.failed",
                          {{"token", token.name}, {"message", findings.error().message}});
  }
  const std::lock_guard lock(mutex_);
  Round& round = rounds_.at(token.name);
  round.queued = false;
  if (!findings) {
    round.due = true;
    return false;
  }
  round.findings = *std::move(findings);
  return true;
}

std::vector<std::string> Reconciliations::Findings() const {
  std::vector<std::string> all;
  {
    const std::lock_guard lock(mutex_);
    for (const ServedToken& token : parts_.tokens) {
      const auto& findings = rounds_.at(token.name).findings;
      all.insert(all.end(), findings.begin(), findings.end());
    }
  }
  const ViewPtr view = parts_.registry.Get();
  for (const auto& [name, key] : view->contents.keys) {
    if (key->destroyed_at || parts_.tokens.Find(key->token)) continue;
    all.push_back("unserved: " + NameOf(*key) + ": its token " + key->token + " is not configured");
  }
  return all;
}

}  // namespace dkimkeeper

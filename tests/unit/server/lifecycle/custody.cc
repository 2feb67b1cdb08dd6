#include "tests/unit/server/lifecycle/custody.h"

#include <algorithm>

#include "server/keys/key_state.h"

namespace dkimkeeper {

Custody::Custody() : log_([this](Severity, std::string_view line) { events.emplace_back(line); }) {
  // The fake token measures deadlines with the machine's clock: stay ahead of it.
  clock.Advance(std::chrono::years(50));
  clock.JumpTo(sample::Minute(0));
  Restart();
  Put({PutDomain{{.domain = sample::DomainOf("example.com"),
                  .allow_underscore = false,
                  .fail_policy = FailPolicy::kTempfail,
                  .senders = {Sender::Default(), sample::SenderOf("news")},
                  .created_at = sample::Minute(0)}}});
}

void Custody::Restart() {
  operations_.reset();
  alarms_ = std::make_unique<AlarmBoard>(log_);
  std::set<Grant> bootstrap;
  for (const Verb verb : {Verb::kSign, Verb::kRotate, Verb::kAudit, Verb::kAdminister}) {
    bootstrap.insert(Grant{Admin(), verb, Scope::Everything()});
  }
  registry_ = Registry::Open(store, bootstrap).value();
  journal_ = std::make_unique<Journal>(log_, audit, clock);
  tokens_ = std::make_unique<QuietTokens>(
      std::vector<QuietTokens::Entry>{{.token = token, .limits = limits}, {.token = second}},
      clock);
  operations_ = std::make_unique<KeyOperations>(
      KeyOperations::Parts{.registry = *registry_,
                           .tokens = *tokens_,
                           .journal = *journal_,
                           .clock = clock,
                           .policy = {.allow_activation_without_dns_proof = true}});
}

Result<std::vector<std::string>> Custody::Reconciled(std::string_view name) {
  return Reconcile({.registry = *registry_,
                    .token = (*tokens_)[name],
                    .operations = *operations_,
                    .alarms = *alarms_,
                    .events = log_,
                    .clock = clock});
}

Mutation Custody::Request(std::optional<std::string> id, Identity caller) {
  if (!id) id = "request-" + std::to_string(++requests_);
  return {std::move(caller), *id, "fingerprint of " + *id};
}

// Ed25519, because it is made in no time.
Result<KeyPtr> Custody::Generate(std::string selector, const Mutation& mutation) {
  return operations().Generate(mutation, {.domain = sample::DomainOf("example.com"),
                                          .algorithm = Algorithm::kEd25519Sha256,
                                          .selector = std::move(selector)});
}

Result<KeyPtr> Custody::Activate(std::string_view selector, const Mutation& mutation) {
  return operations().Activate(mutation, Name(selector), "a test");
}

KeyPtr Custody::Row(std::string_view selector) const {
  return registry_->Get()->keyring.Find(Name(selector).domain, Name(selector).selector);
}

std::string Custody::State(std::string_view selector) const {
  const KeyPtr row = Row(selector);
  return row ? std::string(KeyStateName(StateAt(*row, now()))) : "";
}

void Custody::Put(const std::vector<Change>& changes) {
  (void)store.Commit(store.Generation().value(), changes, {}, sample::Minute(0)).value();
  (void)registry_->Refresh();
}

std::vector<TokenKey> Custody::TokenKeys() {
  const Deadline soon = clock.Steady() + std::chrono::seconds(10);
  auto keys = token.FindKeys(soon);
  while (!keys) keys = token.FindKeys(soon);  // a fault that no act met
  std::erase_if(*keys, [](const TokenKey& key) { return key.purpose != KeyPurpose::kDkim; });
  return *std::move(keys);
}

std::vector<std::string> Custody::BrokenPromises() {
  std::vector<std::string> broken;
  auto in_token = TokenKeys();
  const Contents stored = store.Load().value();
  for (const auto& [name, row] : stored.keys) {
    const std::string what = NameOf(*row);
    const auto is_it = [&wanted = row->id](const TokenKey& key) { return key.id == wanted; };
    const auto found = std::ranges::find_if(in_token, is_it);
    const std::optional<TokenKey> held =
        found == in_token.end() ? std::optional<TokenKey>() : *found;
    std::erase_if(in_token, is_it);
    if (row->quarantined_at) continue;
    if (InProgress(*row)) broken.push_back(what + " is in progress");
    if (row->destroyed_at && held) {
      broken.push_back(what + " is DESTROYED and in the token");
    } else if (!row->destroyed_at && !held) {
      broken.push_back(what + " is not in the token");
    } else if (held && held->public_key != row->public_key) {
      broken.push_back(what + " is another key in the token");
    }
  }
  for (const TokenKey& key : in_token) {
    if (key.label.starts_with("dkim:")) broken.push_back(key.label + " has no row");
  }
  return broken;
}

}  // namespace dkimkeeper

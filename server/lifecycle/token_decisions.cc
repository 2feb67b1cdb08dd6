#include "server/lifecycle/token_decisions.h"

#include <algorithm>
#include <set>
#include <utility>

#include "proto/reason.h"
#include "server/lifecycle/token_admission.h"

namespace dkimkeeper {
namespace {

Outcome Authorize(const View& view, const Identity& caller) {
  const auto authorized = view.rules.Authorize(caller, Verb::kAdminister, Scope::Everything());
  if (!authorized) return Forward(authorized);
  return {};
}

Key Compromised(Key key, Timestamp now) {
  key.retired_at = std::min(now, key.retired_at.value_or(now));
  key.signs_until = std::min(now, key.signs_until.value_or(now));
  key.revoked_at = std::min(now, key.revoked_at.value_or(now));
  key.compromised = true;
  return key;
}

}  // namespace

Result<Decision> DecideConfirmBackup(const View& view, const Identity& caller,
                                     const std::string& token, std::optional<Timestamp> made_at,
                                     std::span<const TokenTerms> tokens, Timestamp now) {
  if (const auto allowed = Authorize(view, caller); !allowed) return Forward(allowed);
  if (const auto known = FindTerms(tokens, token); !known) return Forward(known);
  const Timestamp backup = made_at.value_or(now);
  if (backup > now) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "a backup of the future cannot be confirmed; check the time that it was made at");
  }
  TokenRecord record = RecordOf(view, token);
  record.backed_up_at = std::max(backup, record.backed_up_at.value_or(backup));
  return Decision{{PutToken{std::move(record)}}, token};
}

Result<Decision> DecideCompromiseToken(const View& view, const Identity& caller,
                                       const std::string& token, std::span<const TokenTerms> tokens,
                                       Timestamp now) {
  if (const auto allowed = Authorize(view, caller); !allowed) return Forward(allowed);
  const auto keys = KeysOn(view, token);
  if (const auto known = FindTerms(tokens, token); !known && keys.empty()) return Forward(known);
  TokenRecord record = RecordOf(view, token);
  record.compromised_at = std::min(now, record.compromised_at.value_or(now));
  Decision decision{{PutToken{std::move(record)}}, token};
  for (const auto& key : keys) decision.changes.emplace_back(PutKey{Compromised(*key, now)});
  return decision;
}

Result<Decision> DecideLogIn(const View& view, const Identity& caller, const std::string& token,
                             std::span<const TokenTerms> tokens) {
  if (const auto allowed = Authorize(view, caller); !allowed) return Forward(allowed);
  if (const auto known = FindTerms(tokens, token); !known) return Forward(known);
  return Decision{{}, token};
}

std::vector<std::shared_ptr<const Key>> KeysOn(const View& view, const std::string& token) {
  std::vector<std::shared_ptr<const Key>> keys;
  for (const auto& [name, key] : view.contents.keys) {
    if (key->token == token && !key->destroyed_at) keys.push_back(key);
  }
  return keys;
}

std::vector<LineWithoutKey> LinesWithoutKey(const View& view,
                                            const std::vector<std::shared_ptr<const Key>>& keys,
                                            Timestamp now) {
  std::set<LineWithoutKey> lines;
  for (const auto& key : keys) {
    if (!key->activated_at) continue;
    if (view.keyring.Current(key->domain, key->sender, key->algorithm, now)) continue;
    lines.insert({key->domain, key->sender, key->algorithm});
  }
  return {lines.begin(), lines.end()};
}

}  // namespace dkimkeeper

#include "server/lifecycle/token_decisions.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "proto/reason.h"
#include "server/lifecycle/token_admission.h"

namespace dkimkeeper {
namespace {

Outcome Authorize(const View& view, const Caller& caller) {
  const auto authorized = view.rules.Authorize(caller, Verb::kAdminister, Scope::Everything());
  if (!authorized) return Forward(authorized);
  return {};
}

}  // namespace

Result<Decision> DecideConfirmBackup(const View& view, const Caller& caller,
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

Result<Decision> DecideCompromiseToken(const View& view, const Caller& caller,
                                       const std::string& token, bool destroy_now,
                                       const Policy& policy, std::span<const TokenTerms> tokens,
                                       Timestamp now) {
  if (const auto allowed = Authorize(view, caller); !allowed) return Forward(allowed);
  const auto keys = KeysOn(view, token);
  if (const auto known = FindTerms(tokens, token); !known && keys.empty()) return Forward(known);
  TokenRecord record = RecordOf(view, token);
  record.compromised_at = std::min(now, record.compromised_at.value_or(now));
  Decision decision{{PutToken{std::move(record)}}, token};
  const EmergencyTerms terms{
      .policy = policy, .tokens = tokens, .lost_token = token, .destroy_now = destroy_now};
  std::ranges::move(StopCompromised(view, keys, terms, now), std::back_inserter(decision.changes));
  return decision;
}

Result<Decision> DecideLogIn(const View& view, const Caller& caller, const std::string& token,
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

}  // namespace dkimkeeper

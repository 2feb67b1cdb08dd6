#include "server/lifecycle/token_admission.h"

#include <algorithm>

#include "proto/reason.h"
#include "server/keys/key_state.h"

namespace dkimkeeper {
namespace {

bool AwaitsBackup(const View& view, const Key& key, const TokenTerms& token) {
  if (!token.limits.require_backup) return false;
  return RecordOf(view, token.name).backed_up_at.value_or(Timestamp::min()) < key.created_at;
}

Outcome CheckNotCompromised(const View& view, const std::string& name) {
  if (!RecordOf(view, name).compromised_at) return {};
  return Fail(Code::kFailedPrecondition, reason::kTokenCompromised,
              "token " + name +
                  " counts as compromised: no key of it is taken or activated; place the domain on "
                  "another token, or configure this one's replacement under a new name");
}

Outcome CheckAlgorithm(const TokenTerms& token, Algorithm algorithm) {
  const auto& known = token.algorithms;
  if (known.empty() || std::ranges::find(known, algorithm) != known.end()) return {};
  std::string names;
  for (const Algorithm one : known)
    names.append(names.empty() ? "" : ", ").append(AlgorithmName(one));
  return Fail(Code::kFailedPrecondition, reason::kAlgorithmUnsupported,
              "token " + token.name + " cannot sign with " + std::string(AlgorithmName(algorithm)) +
                  ", only with " + names + "; choose that, or another token");
}

}  // namespace

TokenRecord RecordOf(const View& view, const std::string& name) {
  const auto found = view.contents.tokens.find(name);
  return found == view.contents.tokens.end() ? TokenRecord{.name = name} : found->second;
}

TokenAccount AccountOf(const View& view, const TokenTerms& token) {
  TokenAccount account;
  for (const auto& [name, key] : view.contents.keys) {
    if (key->token != token.name || key->destroyed_at) continue;
    ++account.keys;
    const bool waits = !key->activated_at && !IsBarred(*key) && !key->retired_at;
    if (waits && AwaitsBackup(view, *key, token)) ++account.awaiting_backup;
  }
  return account;
}

Outcome CheckTakesKey(const View& view, const TokenTerms& token, Algorithm algorithm) {
  if (auto sound = CheckNotCompromised(view, token.name); !sound) return sound;
  if (auto able = CheckAlgorithm(token, algorithm); !able) return able;
  const std::size_t limit = token.limits.max_keys;
  if (limit == 0 || AccountOf(view, token).keys < limit) return {};
  return Fail(Code::kResourceExhausted, reason::kTokenFull,
              "token " + token.name + " holds " + std::to_string(limit) +
                  " keys, its limit; destroy revoked keys, raise max_keys, or place the domain on "
                  "another token");
}

Outcome CheckMayActivate(const View& view, const Key& key, std::span<const TokenTerms> tokens) {
  if (auto sound = CheckNotCompromised(view, key.token); !sound) return sound;
  const auto token = FindTerms(tokens, key.token);
  if (!token) return Forward(token);
  if (!AwaitsBackup(view, key, *token)) return {};
  return Fail(Code::kFailedPrecondition, reason::kBackupMissing,
              "no backup of token " + token->name +
                  " is confirmed that was made after this key; back the token up, then `dkimkeeper "
                  "token confirm-backup " +
                  token->name + "`");
}

}  // namespace dkimkeeper

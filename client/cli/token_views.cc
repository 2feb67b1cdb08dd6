#include "client/cli/token_views.h"

#include "client/cli/names.h"
#include "client/cli/table.h"
#include "client/cli/time_text.h"

namespace dkimkeeper {
namespace {

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined;
}

std::string Count(std::uint64_t count) { return std::to_string(count); }

std::string KeysOf(const v1::Token& token) {
  return Count(token.keys()) + (token.max_keys() == 0 ? "" : " of " + Count(token.max_keys()));
}

std::string BackupOf(const v1::Token& token, std::int64_t now_ms) {
  std::string text =
      token.backed_up_at_ms() == 0 ? "none confirmed" : TimeText(token.backed_up_at_ms(), now_ms);
  if (token.require_backup()) text += ", required";
  if (const auto waiting = token.status().keys_awaiting_backup(); waiting > 0) {
    text += ": " + Count(waiting) + (waiting == 1 ? " key waits for one" : " keys wait for one");
  }
  return text;
}

std::string StateOf(const v1::Token& token) {
  return token.status().state() + (token.compromised_at_ms() == 0 ? "" : ", compromised");
}

// The key's name in the registry, else its label in the token.
std::string NameOfKey(const v1::AttestedKey& key) {
  return key.domain().empty() ? "(" + key.label() + ")" : key.domain() + "/" + key.selector();
}

// What speaks against a key that is not attested.
std::string Objections(const v1::AttestedKey& key) {
  std::string text;
  const auto object = [&text](bool applies, const char* what) {
    if (applies) text += (text.empty() ? "" : ", ") + std::string(what);
  };
  object(key.origin() == v1::KEY_ORIGIN_IMPORTED, "imported");
  if (key.agreement() == v1::AGREEMENT_MISSING) return text;
  object(!key.local(), "not born here");
  object(!key.sensitive() || !key.always_sensitive(), "not always sensitive");
  object(key.extractable() || !key.never_extractable(), "extractable, or was");
  return text;
}

}  // namespace

std::string WorkersOf(const v1::TokenStatus& token) {
  return Count(token.ready_workers()) + " of " + Count(token.workers());
}

std::string ShowTokens(const v1::ListTokensResponse& tokens, std::int64_t now_ms) {
  std::vector<TableRow> rows;
  for (const v1::Token& token : tokens.tokens()) {
    const v1::TokenStatus& status = token.status();
    rows.push_back({status.name(), StateOf(token), TimeText(status.since_ms(), now_ms),
                    WorkersOf(status), Count(status.queued()), Count(status.restarts()),
                    KeysOf(token), Joined(status.algorithms()), BackupOf(token, now_ms)});
  }
  return RenderTable(
      {"NAME", "STATE", "SINCE", "WORKERS", "QUEUE", "RESTARTS", "KEYS", "ALGORITHMS", "BACKUP"},
      rows);
}

std::string ShowToken(const v1::Token& token, std::int64_t now_ms) {
  const v1::TokenStatus& status = token.status();
  return RenderFields({{"Name", status.name()},
                       {"State", StateOf(token)},
                       {"Since", TimeText(status.since_ms(), now_ms)},
                       {"Last error", status.last_error()},
                       {"Label", status.label()},
                       {"Manufacturer", status.manufacturer()},
                       {"Model", status.model()},
                       {"Serial", status.serial()},
                       {"Algorithms", Joined(status.algorithms())},
                       {"Workers", WorkersOf(status) + " ready"},
                       {"Restarts", Count(status.restarts())},
                       {"Queue", Count(status.queued()) + " waiting"},
                       {"Keys", KeysOf(token)},
                       {"Backup", BackupOf(token, now_ms)},
                       {"Compromised", TimeText(token.compromised_at_ms(), now_ms)}});
}

std::string ShowAttestation(const std::vector<v1::AttestedKey>& keys) {
  std::vector<TableRow> rows;
  rows.reserve(keys.size());
  for (const v1::AttestedKey& key : keys) {
    const bool missing = key.agreement() == v1::AGREEMENT_MISSING;
    rows.push_back({NameOfKey(key), key.token_key_id(), missing ? "" : NameOf(key.algorithm()),
                    NameOf(key.agreement()), key.attested() ? "yes" : "no", Objections(key),
                    Joined(key.allowed_mechanisms()), key.fingerprint()});
  }
  return RenderTable({"KEY", "TOKEN KEY ID", "ALGORITHM", "REGISTRY", "ATTESTED", "BECAUSE",
                      "MECHANISMS", "FINGERPRINT"},
                     rows);
}

std::string ShowCompromised(const v1::CompromiseTokenResponse& response) {
  std::vector<TableRow> keys;
  for (const v1::Key& key : response.keys()) {
    keys.push_back({key.domain(), key.sender(), key.selector(), NameOf(key.state())});
  }
  std::string text = keys.empty() ? "no key was on it\n"
                                  : RenderTable({"DOMAIN", "SENDER", "SELECTOR", "STATE"}, keys);
  std::vector<TableRow> lines;
  for (const v1::KeyLine& line : response.lines_without_key()) {
    lines.push_back({line.domain(), line.sender(), NameOf(line.algorithm())});
  }
  if (lines.empty()) return text;
  return text + "\nNo key signs any more for\n" +
         RenderTable({"DOMAIN", "SENDER", "ALGORITHM"}, lines);
}

}  // namespace dkimkeeper

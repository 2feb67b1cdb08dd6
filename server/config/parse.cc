#include "server/config/parse.h"

#include <algorithm>

#include "proto/base/config/toml_file.h"
#include "server/config/sections.h"

namespace dkimkeeper {
namespace {

std::string Beside(const std::string& path, const char* name) {
  return path.substr(0, path.rfind('/') + 1) + name;
}

// Those that are not written stand beside the store, or where that is no file, the audit log.
void PlaceDirectories(Config& config) {
  const std::string& home = config.store.path.empty() ? config.audit.directory : config.store.path;
  if (config.tls.private_copy.empty()) config.tls.private_copy = Beside(home, "tls-in-use");
  if (config.isolation.state.empty()) config.isolation.state = Beside(home, "launcher-state");
}

// Of one token, in all its workers; no more than [signing] workers may be.
unsigned MostSessions(const std::vector<TokenConfig>& tokens) {
  unsigned most = 1;
  for (const TokenConfig& token : tokens) most = std::max(most, token.workers * token.sessions);
  return std::min(most, kMaxSigningWorkers);
}

void ReadAll(TableReader root, Config& config) {
  ReadSockets(root, config.sockets);
  const bool tcp = ReadServer(root.Table("server"), !config.sockets.empty(), config.server);
  ReadTls(root.Table("tls"), tcp, config.tls);
  ReadPolicy(root.Table("policy"), config.policy);
  ReadStore(root.Table("store"), config.policy.keys.handover_window, config.store);
  ReadTokens(root, config.tokens);
  ReadIsolation(root.Table("isolation"), config.isolation);
  ReadSigning(root.Table("signing"), MostSessions(config.tokens), config.signing);
  ReadDns(root.Table("dns"), config.dns);
  ReadPublishers(root, config.publishers);
  ReadAccess(root.Table("access"), config.access);
  ReadAudit(root.Table("audit"), config.tokens, config.audit);
  ReadMetrics(root.Table("metrics"), config.metrics);
  ReadAlarm(root.Table("alarm"), config.alarm);
  PlaceDirectories(config);
  root.Finish();
}

}  // namespace

Result<ParsedConfig> ParseConfig(std::string_view text, const std::string& file_name) {
  ParsedConfig parsed;
  auto defaulted =
      ReadToml(text, file_name, [&](const TableReader& root) { ReadAll(root, parsed.config); });
  if (!defaulted) return Forward(defaulted);
  parsed.defaulted = *std::move(defaulted);
  return parsed;
}

Result<ParsedConfig> LoadConfig(const std::string& path) {
  const auto text = ReadConfigFile(path);
  if (!text) return Forward(text);
  return ParseConfig(*text, path);
}

}  // namespace dkimkeeper

#include "server/config/parse.h"

#include <toml++/toml.h>

#include <algorithm>

#include "proto/reason.h"
#include "server/base/read_file.h"
#include "server/config/sections.h"
#include "server/config/table_reader.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;

std::string Beside(const std::string& path, const char* name) {
  return path.substr(0, path.rfind('/') + 1) + name;
}

// Those that are not written stand beside the store, or where that is no file, the audit log.
void PlaceDirectories(Config& config) {
  const std::string& home = config.store.path.empty() ? config.audit.path : config.store.path;
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
  ReadAudit(root.Table("audit"), config.audit);
  ReadMetrics(root.Table("metrics"), config.metrics);
  ReadAlarm(root.Table("alarm"), config.alarm);
  PlaceDirectories(config);
  root.Finish();
}

tl::unexpected<Error> Refuse(const Problems& problems) {
  return Fail(Code::kInvalidArgument, reason::kBadConfig, problems.Render());
}

}  // namespace

Result<ParsedConfig> ParseConfig(std::string_view text, const std::string& file_name) {
  ReadLog log(file_name);
  try {
    const toml::table root = toml::parse(text, std::string_view(file_name));
    ParsedConfig parsed;
    ReadAll(TableReader(&root, "", log), parsed.config);
    if (!log.problems.empty()) return Refuse(log.problems);
    parsed.defaulted = std::move(log.defaulted);
    return parsed;
  } catch (const toml::parse_error& error) {
    log.problems.Add(error.source().begin.line, "",
                     "is not TOML: " + std::string(error.description()) + "; correct this first");
    return Refuse(log.problems);
  }
}

Result<ParsedConfig> LoadConfig(const std::string& path) {
  const auto text = ReadFile(path, kMaxConfigBytes);
  if (text) return ParseConfig(*text, path);
  Problems problems(path);
  problems.Add(
      0, "", "cannot be read (" + text.error().message + "); name a file that this user may read");
  return Refuse(problems);
}

}  // namespace dkimkeeper

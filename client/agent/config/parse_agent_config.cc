#include "client/agent/config/parse_agent_config.h"

#include "client/agent/config/agent_sections.h"
#include "proto/base/config/toml_file.h"

namespace dkimkeeper {
namespace {

void ReadAll(TableReader root, const Accounts& accounts, AgentConfig& config) {
  ReadServer(root.Table("server"), config.server);
  ReadMilter(root.Table("milter"), config.milter);
  ReadOrigin(root.Table("origin"), config.policy.originates);
  ReadAuthor(root.Table("author"), config);
  ReadSignature(root.Table("signature"), config.policy);
  ReadSenders(root, config.policy.sender_rules);
  if (root.Has("local")) ReadLocal(root.Table("local"), accounts, config);
  if (root.Has("opendkim")) ReadOpenDkim(root.Table("opendkim"), config.opendkim);
  ReadKeys(root.Table("keys"), config.keys_file);
  ReadMetrics(root.Table("metrics"), config.metrics);
  root.Finish();
}

}  // namespace

Result<AgentConfig> ParseAgentConfig(std::string_view text, const std::string& file_name,
                                     const Accounts& accounts) {
  AgentConfig config;
  const auto read =
      ReadToml(text, file_name, [&](const TableReader& root) { ReadAll(root, accounts, config); });
  if (!read) return Forward(read);
  return config;
}

Result<AgentConfig> LoadAgentConfig(const std::string& path) {
  const auto text = ReadConfigFile(path);
  if (!text) return Forward(text);
  auto config = ParseAgentConfig(*text, path, HostAccounts());
  if (!config || config->author_map.empty()) return config;
  const auto map = ReadConfigFile(config->author_map);
  if (!map) return Forward(map);
  auto rights = AuthorRights::Parse(*map, config->author_map);
  if (!rights) return Forward(rights);
  config->policy.author_rights = *std::move(rights);
  return config;
}

}  // namespace dkimkeeper

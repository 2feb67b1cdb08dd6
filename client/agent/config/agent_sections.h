// The sections of the configuration, one reader each: complains of what is wrong with it, leaves
// the default where nothing is written.
#ifndef CLIENT_AGENT_CONFIG_AGENT_SECTIONS_H_
#define CLIENT_AGENT_CONFIG_AGENT_SECTIONS_H_

#include "client/agent/config/accounts.h"
#include "client/agent/config/agent_config.h"
#include "proto/base/config/table_reader.h"

namespace dkimkeeper {

// read_places.cc
void ReadServer(TableReader table, ClientOptions& server);
void ReadMilter(TableReader table, MilterAddress& milter);
void ReadKeys(TableReader table, std::string& file);
void ReadMetrics(TableReader table, std::optional<ListenAddress>& metrics);

// read_policy.cc
void ReadOrigin(TableReader table, Originates& originates);
void ReadAuthor(TableReader table, AgentConfig& config);
void ReadSignature(TableReader table, AgentPolicy& policy);

// read_sender_rules.cc
void ReadSenders(TableReader& root, SenderRules& rules);

// read_opendkim.cc
void ReadOpenDkim(TableReader table, std::optional<OpenDkimOptions>& opendkim);

// read_local.cc
void ReadLocal(TableReader table, const Accounts& accounts, AgentConfig& config);

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_CONFIG_AGENT_SECTIONS_H_

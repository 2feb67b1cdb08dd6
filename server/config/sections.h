// The sections of the configuration, one reader each: complains of what is wrong with it, leaves
// the default where nothing is written.
#ifndef SERVER_CONFIG_SECTIONS_H_
#define SERVER_CONFIG_SECTIONS_H_

#include <string_view>
#include <vector>

#include "proto/base/config/table_reader.h"
#include "server/config/checks.h"
#include "server/config/config.h"

namespace dkimkeeper {

inline constexpr unsigned kMaxSigningWorkers = 256;
inline constexpr std::string_view kPathExample = "the absolute path of a file";

// read_listeners.cc. Answers whether it listens on TCP, as far as that can be read.
[[nodiscard]] bool ReadServer(TableReader table, bool has_sockets, ServerConfig& server);
void ReadTls(TableReader table, bool required, TlsConfig& tls);
void ReadSockets(TableReader& root, std::vector<SocketConfig>& sockets);

// read_tokens.cc
void ReadTokens(TableReader& root, std::vector<TokenConfig>& tokens);
void ReadIsolation(TableReader table, IsolationConfig& isolation);

// read_publishers.cc
void ReadPublishers(TableReader& root, std::vector<PublisherOptions>& publishers);

// read_service.cc. `sessions`: how many threads sign for each token where nothing is written.
void ReadSigning(TableReader table, unsigned sessions, SigningConfig& signing);
void ReadPolicy(TableReader table, PolicyConfig& policy);
void ReadAccess(TableReader table, AccessConfig& access);
void ReadAudit(TableReader table, const std::vector<TokenConfig>& tokens, AuditConfig& audit);
void ReadStore(TableReader table, std::chrono::milliseconds handover_window, StoreConfig& store);
void ReadMetrics(TableReader table, MetricsConfig& metrics);
void ReadAlarm(TableReader table, AlarmConfig& alarm);

// read_dns.cc
void ReadDns(TableReader table, DnsConfig& dns);

}  // namespace dkimkeeper

#endif  // SERVER_CONFIG_SECTIONS_H_

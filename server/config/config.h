// The configuration of dkimkeeperd, as plain values. deploy/dkimkeeperd.toml explains every key.
#ifndef SERVER_CONFIG_CONFIG_H_
#define SERVER_CONFIG_CONFIG_H_

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/config/listen_address.h"
#include "server/dns/dns_options.h"
#include "server/dns/publisher_options.h"
#include "server/keys/key_policy.h"

namespace dkimkeeper {

// Every path is absolute.

// [server]
struct ServerConfig {
  std::vector<ListenAddress> listen;  // empty: Unix sockets only
  bool health = true;                 // offer grpc.health.v1
  bool reflection = false;            // offer gRPC reflection
  // How long calls in flight may take to finish after the order to stop.
  std::chrono::milliseconds shutdown_grace = std::chrono::seconds(10);
};

// [tls]: PEM files of the operator. The paths are empty where nothing listens on TCP.
struct TlsConfig {
  std::string certificate;  // leaf first, then the intermediates
  std::string key;
  std::string client_ca;  // who may issue client certificates
  // The directory of the validated copy that is served from; as parsed never empty:
  // `tls-in-use` beside the store where not written.
  std::string private_copy;
  bool allow_tls12 = false;
  std::chrono::milliseconds reload = std::chrono::seconds(2);  // how often the files are looked at
  // After so long a connection ends, and the next one's certificate is looked at anew by TLS.
  std::chrono::milliseconds max_connection_age = std::chrono::hours(1);
  std::vector<std::string> revocation_lists;  // PEM files; none: nothing is ever revoked
  // [[tls.pin]]: who alone issues for whom.
  struct Pin {
    std::string identity;  // or the beginning of some and "*"
    std::string issuer;    // a PEM file
  };
  std::vector<Pin> pins;
};

// [[socket]]: one Unix socket, one identity.
struct SocketConfig {
  std::string path;
  std::string identity;  // `unix:NAME`
  std::string owner;     // a user's name; empty: who runs the daemon
  std::string group;     // a group's name; empty: the group of who runs the daemon
  mode_t mode = 0660;    // nothing for others
};

// [store]
struct StoreConfig {
  std::string path;           // the SQLite file, or
  std::string postgresql;     // how to connect to PostgreSQL: exactly one of the two is set
  std::string password_file;  // with the password for it; empty: libpq's own means
  // A daemon that has not reached the store for so long stops signing with keys whose turn is over,
  // and counts as gone; as parsed shorter than the hand-over window.
  std::chrono::milliseconds snapshot_max_age = std::chrono::minutes(10);
};

// What a token's workers may do (hsm/worker/sandbox.h).
enum class Sandbox : std::uint8_t {
  kStrict,   // only the system calls that a module on local files needs
  kNetwork,  // those of network clients, too
  kOff,      // any
};
[[nodiscard]] const char* ToString(Sandbox sandbox);  // as written: `strict`

// [[token]]
struct TokenConfig {
  std::string name;            // ours; no other token has it
  std::string module;          // the PKCS#11 module
  std::string label;           // the token's label, or
  std::string serial;          // its serial number: exactly one of the two is set
  std::string pin_file;        // a file with the user PIN, or
  std::string pin_credential;  // the name of a systemd credential: exactly one of the two is set
  unsigned workers = 2;        // processes that hold a login to it
  unsigned sessions = 4;       // in each of them
  std::vector<std::string> environment;  // `NAME=VALUE` of the workers, for the module
  Sandbox sandbox = Sandbox::kStrict;
  std::vector<std::string> sandbox_allow;  // names of system calls, beyond those of `sandbox`
  unsigned destroy_limit = 20;             // keys an hour
  // How long the module may take to start, and to sign, before its worker is replaced.
  std::chrono::milliseconds start_limit = std::chrono::seconds(5);
  std::chrono::milliseconds sign_limit = std::chrono::seconds(2);
  unsigned max_keys = 0;        // that are not destroyed; 0: as many as the token holds
  bool require_backup = false;  // no key is activated before a backup of the token is confirmed
};

// [isolation]
struct IsolationConfig {
  std::string daemon_user;  // name or number; empty: who started it, and so for
  std::string token_user;   // the workers: both are set or neither
  std::string worker;       // the program dkimkeeper-token; empty: beside dkimkeeperd
  // The launcher's own directory; as parsed never empty: `launcher-state` beside the store where
  // not written.
  std::string state;
};

// [signing]
struct SigningConfig {
  unsigned queue_limit = 1024;  // digests that may wait; one more is refused
  // Threads for each token; as parsed never 0: the most sessions that a token has in all its
  // workers where not written.
  unsigned workers = 0;
  unsigned max_batch = 64;  // digests in one call
};

// [policy]
struct PolicyConfig {
  KeyPolicy keys;  // of domains and senders that say nothing themselves
  bool allow_activation_without_dns_proof = false;
};

// [dns]
struct DnsConfig {
  // The resolvers are not written: those of /etc/resolv.conf are meant (server/dns/resolv_conf.h).
  bool host_resolvers = true;
  DnsOptions options;
};

// [access]
struct AccessConfig {
  std::vector<std::string> administrators;  // identities: `uri:…`, `dns:…`, `unix:…`
  bool break_glass = false;                 // the two-person rule is set aside on this host
};

// When the answer to a signature may leave.
enum class AuditedSignatures : std::uint8_t {
  kBuffered,  // at once; its record is at most `buffer` behind
  kDurable,   // when its record is on the disk
};
// What becomes of signatures while the audit log cannot be written.
enum class WhenUnwritable : std::uint8_t {
  kSpool,  // they go on; their records wait in memory
  kStop,   // they are refused
};
enum class AuditForward : std::uint8_t { kNone, kSyslog };

// [audit]
struct AuditConfig {
  std::string directory;  // of segments and checkpoints, this daemon's alone
  std::string origin;     // the log's name in its checkpoints; empty: host and first address
  std::string token;      // the name of the token with the audit key; empty: the first that can
  AuditedSignatures signatures = AuditedSignatures::kBuffered;
  std::chrono::milliseconds buffer = std::chrono::milliseconds(50);
  WhenUnwritable when_unwritable = WhenUnwritable::kSpool;
  unsigned spool = 65'536;     // records that may wait in memory
  unsigned segment_size = 64;  // MiB
  std::chrono::milliseconds retention = std::chrono::days(365);
  std::chrono::milliseconds checkpoint_interval = std::chrono::minutes(1);
  AuditForward forward = AuditForward::kNone;
};

// [metrics]
struct MetricsConfig {
  std::optional<ListenAddress> listen;  // loopback only; nothing: no endpoint
};

// [alarm]
struct AlarmConfig {
  std::vector<std::string> command;  // argv; empty: no command
  std::chrono::milliseconds time_limit = std::chrono::seconds(30);
};

struct Config {
  ServerConfig server;
  TlsConfig tls;
  std::vector<SocketConfig> sockets;
  StoreConfig store;
  std::vector<TokenConfig> tokens;  // one at least, in the order of the file
  IsolationConfig isolation;
  SigningConfig signing;
  PolicyConfig policy;
  DnsConfig dns;
  std::vector<PublisherOptions> publishers;  // [[publisher]], in the order of the file
  AccessConfig access;
  AuditConfig audit;
  MetricsConfig metrics;
  AlarmConfig alarm;
};

}  // namespace dkimkeeper

#endif  // SERVER_CONFIG_CONFIG_H_

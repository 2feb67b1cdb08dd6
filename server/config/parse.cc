#include "server/config/parse.h"

#include <toml++/toml.h>

#include <cstdlib>
#include <set>

#include "proto/reason.h"
#include "server/base/read_file.h"
#include "server/config/checks.h"
#include "server/config/table_reader.h"

namespace dkimkeeper {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;
constexpr std::string_view kPathExample = "the absolute path of a file";

Complaint CheckEndpoint(const std::string& value) {
  const auto endpoint = Endpoint::Parse(value);
  if (endpoint) return std::nullopt;
  return endpoint.error().message;
}

// Empty text switches the metrics off; they have no access control, hence loopback only.
Complaint CheckMetricsEndpoint(const std::string& value) {
  if (value.empty()) return std::nullopt;
  const auto endpoint = Endpoint::Parse(value);
  if (!endpoint) return endpoint.error().message;
  if (!endpoint->IsLoopback()) {
    return "is not a loopback address, and the metrics are shown to whoever connects; write "
           "127.0.0.1:9464, or \"\" for no metrics";
  }
  return std::nullopt;
}

void ReadRequiredPath(TableReader& table, std::string_view key, std::string& path) {
  table.Text(key, path, CheckPath);
  table.Require(key, kPathExample);
}

// Whether it listens on TCP, as far as that can be read.
bool ReadServer(TableReader table, bool has_sockets, ServerConfig& server) {
  std::vector<std::string> listen = {"127.0.0.1:7443"};
  table.Texts("listen", listen, CheckEndpoint);
  for (const std::string& text : listen) {
    if (auto endpoint = Endpoint::Parse(text)) server.listen.push_back(std::move(*endpoint));
  }
  table.Bool("health", server.health);
  table.Bool("reflection", server.reflection);
  table.Duration("shutdown_grace", server.shutdown_grace, seconds(0), minutes(10));
  if (listen.empty() && !has_sockets) {
    table.Complain("listen", "leaves nothing to listen on; write an address, or a [[socket]]");
  }
  table.Finish();
  return !listen.empty();
}

void ReadTls(TableReader table, bool required, TlsConfig& tls) {
  for (const auto& [key, path] :
       {std::pair("certificate", &tls.certificate), std::pair("key", &tls.key),
        std::pair("client_ca", &tls.client_ca)}) {
    table.Text(key, *path, CheckPath);
    if (required) table.Require(key, kPathExample);
  }
  table.Text("private_copy", tls.private_copy, CheckPath);
  table.Bool("allow_tls12", tls.allow_tls12);
  table.Duration("reload", tls.reload, seconds(1), hours(1));
  table.Finish();
}

void ReadSocket(TableReader table, SocketConfig& socket) {
  table.Text("path", socket.path, CheckSocketPath);
  table.Require("path", "the absolute path of the socket");
  table.Text("identity", socket.identity, CheckSocketIdentity);
  table.Require("identity", "unix:NAME, the identity of who connects");
  table.Text("owner", socket.owner, CheckText);
  table.Text("group", socket.group, CheckText);
  std::string mode = "0660";
  table.Text("mode", mode, CheckSocketMode);
  socket.mode = static_cast<mode_t>(std::strtoul(mode.c_str(), nullptr, 8));
  table.Finish();
}

void ReadSockets(TableReader& root, std::vector<SocketConfig>& sockets) {
  std::set<std::string> paths;
  for (TableReader& table : root.Tables("socket")) {
    SocketConfig& socket = sockets.emplace_back();
    ReadSocket(table, socket);
    if (!socket.path.empty() && !paths.insert(socket.path).second) {
      table.Complain("path", "is the path of another socket; write a path of its own");
    }
  }
}

void RequireOneOf(TableReader& table, const std::string& first, const std::string& second) {
  if (table.Has(first) && table.Has(second)) {
    table.Complain(second, "stands beside " + first + "; write one of the two");
  } else if (!table.Has(first) && !table.Has(second)) {
    table.Complain(first, "is missing; write it, or " + second);
  }
}

void ReadToken(TableReader table, TokenConfig& token) {
  table.Text("name", token.name, CheckName);
  table.Require("name", "a name of your choice, such as \"main\"");
  table.Text("module", token.module, CheckPath);
  table.Require("module", "the absolute path of the PKCS#11 module");
  table.Text("label", token.label, CheckText);
  table.Text("serial", token.serial, CheckText);
  RequireOneOf(table, "label", "serial");
  table.Text("pin_file", token.pin_file, CheckPath);
  table.Text("pin_credential", token.pin_credential, CheckCredentialName);
  RequireOneOf(table, "pin_file", "pin_credential");
  table.Whole("sessions", token.sessions, 1, 256);
  table.Finish();
}

void ReadTokens(TableReader& root, TokenConfig& token) {
  std::vector<TableReader> tables = root.Tables("token");
  if (tables.empty() && !root.Has("token")) {
    root.Complain("token", "is missing; write one table headed [[token]]");
  }
  for (TableReader& table : tables) {
    TokenConfig read;
    ReadToken(table, read);
    if (&table == &tables.front()) {
      token = std::move(read);
    } else {
      table.Complain("", "is one too many; write one [[token]], this version serves no more");
    }
  }
}

void ReadSigning(TableReader table, unsigned sessions, SigningConfig& signing) {
  table.Whole("queue_limit", signing.queue_limit, 1, 1'000'000);
  signing.workers = sessions;
  table.Whole("workers", signing.workers, 1, 256);
  table.Whole("max_batch", signing.max_batch, 1, 1024);
  table.Finish();
}

void ReadPolicy(TableReader table, PolicyConfig& policy) {
  table.Duration("handover_window", policy.handover_window, seconds(1), days(30));
  table.Duration("drain", policy.drain, seconds(1), days(365));
  table.Whole("default_rsa_bits", policy.default_rsa_bits, 2048, 4096);
  if (policy.default_rsa_bits % 1024 != 0) {
    table.Complain("default_rsa_bits",
                   "is " + std::to_string(policy.default_rsa_bits) + "; write 2048, 3072 or 4096");
  }
  table.Bool("allow_activation_without_dns_proof", policy.allow_activation_without_dns_proof);
  table.Finish();
}

void ReadAccess(TableReader table, AccessConfig& access) {
  table.Texts("administrators", access.administrators, CheckIdentity);
  table.Require("administrators",
                "the identities that may do everything, such as [\"uri:spiffe://…\"]; [] for none");
  table.Finish();
}

void ReadAudit(TableReader table, AuditConfig& audit) {
  ReadRequiredPath(table, "path", audit.path);
  table.Finish();
}

void ReadStore(TableReader table, StoreConfig& store) {
  ReadRequiredPath(table, "path", store.path);
  table.Finish();
}

void ReadMetrics(TableReader table, MetricsConfig& metrics) {
  std::string listen = "127.0.0.1:9464";
  table.Text("listen", listen, CheckMetricsEndpoint);
  if (auto endpoint = Endpoint::Parse(listen)) metrics.listen = std::move(*endpoint);
  table.Finish();
}

void ReadAlarm(TableReader table, AlarmConfig& alarm) {
  table.Texts("command", alarm.command, [](const std::string&) { return Complaint(); });
  if (!alarm.command.empty() && CheckPath(alarm.command.front())) {
    table.Complain("command",
                   "has no absolute path as its first element; write [\"/path/of/program\", "
                   "\"argument\"], there is no shell");
  }
  table.Duration("time_limit", alarm.time_limit, seconds(1), minutes(10));
  table.Finish();
}

std::string Beside(const std::string& path, const char* name) {
  return path.substr(0, path.rfind('/') + 1) + name;
}

void ReadAll(TableReader root, Config& config) {
  ReadSockets(root, config.sockets);
  const bool tcp = ReadServer(root.Table("server"), !config.sockets.empty(), config.server);
  ReadTls(root.Table("tls"), tcp, config.tls);
  ReadStore(root.Table("store"), config.store);
  if (config.tls.private_copy.empty()) {
    config.tls.private_copy = Beside(config.store.path, "tls-in-use");
  }
  ReadTokens(root, config.token);
  ReadSigning(root.Table("signing"), config.token.sessions, config.signing);
  ReadPolicy(root.Table("policy"), config.policy);
  ReadAccess(root.Table("access"), config.access);
  ReadAudit(root.Table("audit"), config.audit);
  ReadMetrics(root.Table("metrics"), config.metrics);
  ReadAlarm(root.Table("alarm"), config.alarm);
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

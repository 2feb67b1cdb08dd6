// [server], [tls] and [[socket]]: where the daemon listens.
#include <cstdlib>
#include <set>

#include "server/config/sections.h"

namespace dkimkeeper {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

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

void ReadPin(TableReader table, TlsConfig::Pin& pin) {
  table.Text("identity", pin.identity, CheckText);
  table.Require("identity", "uri:… or dns:…, or its beginning and *");
  table.Text("issuer", pin.issuer, CheckPath);
  table.Require("issuer", kPathExample);
  table.Finish();
}

}  // namespace

bool ReadServer(TableReader table, bool has_sockets, ServerConfig& server) {
  std::vector<std::string> listen = {"127.0.0.1:7443"};
  table.Texts("listen", listen, CheckListenAddress);
  for (const std::string& text : listen) {
    if (auto address = ListenAddress::Parse(text)) server.listen.push_back(std::move(*address));
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
  table.Duration("max_connection_age", tls.max_connection_age, seconds(1), hours(24 * 7));
  table.Texts("revocation_lists", tls.revocation_lists, CheckPath);
  for (TableReader& pin : table.Tables("pin")) ReadPin(pin, tls.pins.emplace_back());
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

}  // namespace dkimkeeper

// [server], [milter], [keys] and [metrics]: what the agent talks to, and where its files are.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "client/agent/config/agent_sections.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

bool IsUnix(const std::string& address) { return address.starts_with("unix:"); }

Complaint CheckServer(const std::string& value) {
  if (IsUnix(value)) return CheckSocketPath(value.substr(5));
  const std::size_t colon = value.rfind(':');
  if (colon != std::string::npos && colon > 0 && colon + 1 < value.size()) return CheckText(value);
  return "is no server; write \"HOST:PORT\" or \"unix:/path\"";
}

Complaint CheckOptionalPath(const std::string& value) {
  return value.empty() ? std::nullopt : CheckPath(value);
}

}  // namespace

void ReadServer(TableReader table, ClientOptions& server) {
  table.Texts("addresses", server.servers, CheckServer);
  if (server.servers.empty()) {
    table.Complain("addresses", "names no server; write [\"HOST:PORT\"]");
  }
  const bool tls = !std::all_of(server.servers.begin(), server.servers.end(), IsUnix);
  for (const auto& [key, path] :
       {std::pair("ca", &server.ca_file), std::pair("certificate", &server.cert_file),
        std::pair("key", &server.key_file)}) {
    table.Text(key, *path, CheckPath);
    if (tls) table.Require(key, "the absolute path of a PEM file");
  }
  table.Duration("time_budget", server.deadline, milliseconds(100), seconds(120));
  server.note = "dkimkeeper-agent";
  table.Finish();
}

void ReadMilter(TableReader table, MilterAddress& milter) {
  SocketFile file{.path = "/run/dkimkeeper-agent/milter.sock", .owner = {}, .group = {}};
  table.Text("socket", file.path, CheckSocketPath);
  table.Text("owner", file.owner, CheckText);
  table.Text("group", file.group, CheckText);
  std::string mode = "0660";
  table.Text("mode", mode, CheckSocketMode);
  file.mode = static_cast<mode_t>(std::strtoul(mode.c_str(), nullptr, 8));
  std::string listen;
  table.Text("listen", listen, CheckListenAddress);
  if (table.Has("listen") && table.Has("socket")) {
    table.Complain("listen", "stands beside socket; write one of the two");
  }
  if (auto address = ListenAddress::Parse(listen)) {
    milter = *std::move(address);
  } else {
    milter = std::move(file);
  }
  table.Finish();
}

void ReadKeys(TableReader table, std::string& file) {
  file = "/var/lib/dkimkeeper-agent/keys";
  table.Text("file", file, CheckOptionalPath);
  table.Finish();
}

void ReadMetrics(TableReader table, std::optional<ListenAddress>& metrics) {
  std::string listen = "127.0.0.1:9465";
  table.Text("listen", listen, CheckMetricsAddress);
  if (auto address = ListenAddress::Parse(listen)) metrics = *std::move(address);
  table.Finish();
}

}  // namespace dkimkeeper

#include "server/dns/resolv_conf.h"

#include "proto/dkim/ascii.h"
#include "proto/dkim/label.h"

namespace dkimkeeper {

std::vector<ServerAddress> ResolvConfServers(std::string_view text) {
  constexpr std::string_view kKeyword = "nameserver";
  std::vector<ServerAddress> servers;
  for (std::string_view line : Split(text, '\n')) {
    if (!line.starts_with(kKeyword)) continue;
    line.remove_prefix(kKeyword.size());
    if (line.empty() || !IsFoldingSpace(line.front())) continue;
    line = TrimFoldingSpace(line);
    const auto end = line.find_first_of(" \t#;");
    // No port can be written there, and an `@` would be read as one.
    if (line.substr(0, end).find('@') != std::string_view::npos) continue;
    if (auto server = ServerAddress::Parse(line.substr(0, end))) {
      servers.push_back(*std::move(server));
    }
  }
  return servers;
}

}  // namespace dkimkeeper

#include "tests/fakes/zone_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace dkimkeeper {
namespace {

// One that nobody listens on at this moment, over TCP.
ServerAddress FreeAddress() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* name = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, name, size) != 0) throw std::runtime_error("no free port");
  (void)::getsockname(socket, name, &size);
  ::close(socket);
  return ServerAddress::Parse("127.0.0.1@" + std::to_string(ntohs(address.sin_port))).value();
}

void WriteZone(const std::filesystem::path& dir, const std::string& zone,
               const std::string& records) {
  std::ofstream(dir / (zone + ".zone"))
      << "$ORIGIN " << zone << ".\n$TTL 300\n@ 900 SOA ns1 host 1 300 300 300 600\n@ NS ns1\n"
      << "@ NS ns2\nns1 A 127.0.0.1\nns2 A 127.0.0.1\n"
      << records;
}

}  // namespace

ZoneServer::ZoneServer(Kind kind, const Zones& zones, Signing signing) : address_(FreeAddress()) {
  for (const auto& [zone, records] : zones) WriteZone(dir_.path(), zone, records);
  if (kind == Kind::kKnot) {
    RunKnot(zones, signing);
    return;
  }
  std::string text;
  for (const auto& [zone, records] : zones) {
    text += "zone \"" + zone + "\" { type primary; file \"" + zone + ".zone\"; };\n";
  }
  RunBind("recursion no;", text);
}

void ZoneServer::RunKnot(const Zones& zones, Signing signing) {
  const std::string dir = dir_.path().string();
  std::string text = "server:\n    rundir: \"" + dir + "\"\n    listen: " + address_.str() +
                     "\n    udp-workers: 1\n    tcp-workers: 1\n    background-workers: 1\n"
                     "log:\n  - target: stdout\n    any: info\ndatabase:\n    storage: \"" +
                     dir + "\"\nzone:\n";
  for (const auto& [zone, records] : zones) {
    text += "  - domain: " + zone + "\n    file: \"" + dir + "/" + zone +
            ".zone\"\n    zonefile-sync: -1\n    zonefile-load: whole\n    journal-content: none\n";
    if (signing == Signing::kDnssec) text += "    dnssec-signing: on\n";
  }
  Run("/usr/sbin/knotd", text, "server started");
}

ZoneServer::ZoneServer(const std::map<std::string, ServerAddress>& forwards)
    : address_(FreeAddress()) {
  std::string zones;
  for (const auto& [zone, server] : forwards) {
    zones += "zone \"" + zone + "\" { type forward; forward only; forwarders { " + server.ip() +
             " port " + std::to_string(server.port()) + "; }; };\n";
  }
  // No root servers: what is not forwarded is not found.
  RunBind("recursion yes; allow-recursion { any; };",
          zones + "zone \".\" { type hint; file \"/dev/null\"; };\n");
}

void ZoneServer::RunBind(const std::string& options, const std::string& zones) {
  const std::string dir = dir_.path().string();
  Run("/usr/sbin/named",
      "options { directory \"" + dir + "\"; listen-on port " + std::to_string(address_.port()) +
          " { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none; session-keyfile \"" + dir +
          "/session.key\"; managed-keys-directory \"" + dir +
          "\"; dnssec-validation no; notify no; empty-zones-enable no; " + options +
          " };\ncontrols { };\n" + zones,
      " running\n");
}

void ZoneServer::Run(const std::string& program, const std::string& config,
                     const std::string& ready) {
  const std::string path = (dir_.path() / "config").string();
  std::ofstream(path) << config;
  // Not left behind by a test that crashes.
  std::vector<std::string> arguments = {
      "/usr/bin/setpriv", "--pdeathsig", "KILL", program, "-c", path};
  if (program.ends_with("named")) arguments.insert(arguments.end(), {"-g", "-n", "1"});
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  char* no_environment = nullptr;
  if (::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), &no_environment) != 0) {
    pid_ = -1;
  }
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  output_ = ends[0];
  std::string said;
  std::array<char, 4096> part{};
  while (said.find(ready) == std::string::npos) {
    const ssize_t size = ::read(output_, part.data(), part.size());
    if (size <= 0) {
      Stop();
      throw std::runtime_error(program + " does not start:\n" + said);
    }
    said.append(part.data(), static_cast<std::size_t>(size));
  }
}

void ZoneServer::Stop() {
  if (pid_ > 0) {
    (void)::kill(pid_, SIGKILL);
    (void)::waitpid(pid_, nullptr, 0);
  }
  if (output_ >= 0) ::close(output_);
  pid_ = -1;
  output_ = -1;
}

ZoneServer::~ZoneServer() { Stop(); }

}  // namespace dkimkeeper

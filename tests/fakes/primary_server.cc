#include "tests/fakes/primary_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/fakes/run_program.h"

namespace dkimkeeper {
namespace {

constexpr const char* kKnotd = "/usr/sbin/knotd";
constexpr const char* kNamed = "/usr/sbin/named";
constexpr const char* kKeeperSecret = "a2VlcGVyIG9mIHRoZSBrZXlzLCBmb3IgdGVzdHMgMTI=";
constexpr const char* kOwnerSecret = "b3duZXIgb2YgdGhlIHpvbmUsIGZvciB0ZXN0cyAxMjM=";

// One that nobody listens on, over TCP at least.
std::uint16_t FreePort() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    ADD_FAILURE() << "no port to be had";
  }
  ::close(socket);
  return ntohs(address.sin_port);
}

void Write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

}  // namespace

std::unique_ptr<PrimaryServer> PrimaryServer::Start(Kind kind, const std::string& zone) {
  const char* program = kind == Kind::kKnot ? kKnotd : kNamed;
  if (!std::filesystem::exists(program)) return nullptr;
  // Somebody else may take the port in between.
  for (int attempt = 0; attempt < 5; ++attempt) {
    std::unique_ptr<PrimaryServer> server(new PrimaryServer(zone, FreePort()));
    server->WriteZone();
    const std::string dir = server->dir_.path().string();
    bool serves = false;
    if (kind == Kind::kKnot) {
      server->ConfigureKnot();
      serves = server->Run({program, "-c", dir + "/knot.conf"}, "server started");
    } else {
      server->ConfigureBind();
      serves = server->Run({program, "-g", "-n", "1", "-c", dir + "/named.conf"}, " running\n");
    }
    if (serves) return server;
  }
  ADD_FAILURE() << program << " does not start";
  return nullptr;
}

void PrimaryServer::WriteZone() const {
  Write(secret_file(), std::string(kKeeperSecret) + "\n");
  Write(dir_.path() / "zone", "$ORIGIN " + zone_ + ".\n$TTL 300\n@ SOA ns host 1 300 300 300 60\n" +
                                  "@ NS ns\nns A 127.0.0.1\nmx A 192.0.2.25\n");
}

void PrimaryServer::ConfigureKnot() const {
  const std::string dir = dir_.path().string();
  Write(dir_.path() / "knot.conf", "server:\n    rundir: \"" + dir + "\"\n    listen: 127.0.0.1@" +
                                       std::to_string(port_) + R"(
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stdout
    any: info
database:
    storage: ")" + dir + R"("
key:
  - id: keeper
    algorithm: hmac-sha256
    secret: )" + kKeeperSecret + R"(
  - id: owner
    algorithm: hmac-sha256
    secret: )" + kOwnerSecret + R"(
acl:
  - id: keeper
    key: keeper
    action: update
    update-type: TXT
    update-owner: name
    update-owner-match: sub-or-equal
    update-owner-name: _domainkey
  - id: owner
    key: owner
    action: update
zone:
  - domain: )" + zone_ + R"(
    file: ")" + dir + R"(/zone"
    acl: [keeper, owner]
    zonefile-sync: -1
    journal-content: none
    zonefile-load: whole
)");
}

void PrimaryServer::ConfigureBind() const {
  const std::string dir = dir_.path().string();
  Write(dir_.path() / "named.conf", "options { directory \"" + dir + "\"; listen-on port " +
                                        std::to_string(port_) + R"( { 127.0.0.1; };
  listen-on-v6 { none; }; pid-file none; session-keyfile ")" +
                                        dir + R"(/session.key";
  recursion no; dnssec-validation no; notify no; empty-zones-enable no; };
controls { };
key keeper { algorithm hmac-sha256; secret ")" +
                                        kKeeperSecret + R"("; };
key owner { algorithm hmac-sha256; secret ")" +
                                        kOwnerSecret + R"("; };
zone ")" + zone_ + R"(" { type primary; file ")" +
                                        dir + R"(/zone"; update-policy {
  grant keeper subdomain _domainkey.)" + zone_ +
                                        R"(. TXT; grant owner zonesub ANY; }; };
)");
}

bool PrimaryServer::Run(const std::vector<std::string>& argv, const std::string& ready) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return false;
  std::vector<char*> pointers;
  for (const std::string& text : argv) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    // Not left behind by a test that crashes.
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)::dup2(ends[1], STDOUT_FILENO);
    (void)::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execv(pointers[0], pointers.data());
    ::_exit(EXIT_FAILURE);
  }
  ::close(ends[1]);
  output_ = ends[0];
  std::string said;
  std::array<char, 4096> part{};
  while (said.find(ready) == std::string::npos) {
    const ssize_t size = ::read(output_, part.data(), part.size());
    if (size <= 0) return false;
    said.append(part.data(), static_cast<std::size_t>(size));
  }
  // Knot starts without the port, too.
  return said.find("cannot bind") == std::string::npos &&
         said.find("address in use") == std::string::npos;
}

void PrimaryServer::Stop() {
  if (pid_ > 0) {
    (void)::kill(pid_, SIGKILL);
    (void)::waitpid(pid_, nullptr, 0);
  }
  if (output_ >= 0) ::close(output_);
  pid_ = -1;
  output_ = -1;
}

StandingRecords PrimaryServer::At(const std::string& name) const {
  const auto shown = RunProgram(
      {DKIMKEEPER_DNS_OWNER, std::to_string(port_), "owner", kOwnerSecret, zone_, "get", name});
  EXPECT_EQ(shown.exit_status, 0) << shown.output;
  const auto json = nlohmann::json::parse(shown.output, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return {};
  StandingRecords standing{.txt = json.at("txt").get<std::vector<TxtStrings>>(),
                           .cname = json.at("cname").get<std::string>()};
  std::ranges::sort(standing.txt);  // servers turn them round
  return standing;
}

void PrimaryServer::Put(const std::string& name, const StandingRecords& records) const {
  const nlohmann::json json = {{"txt", records.txt}, {"cname", records.cname}};
  const auto put = RunProgram({DKIMKEEPER_DNS_OWNER, std::to_string(port_), "owner", kOwnerSecret,
                               zone_, "put", name, json.dump()});
  EXPECT_EQ(put.exit_status, 0) << put.output;
}

}  // namespace dkimkeeper

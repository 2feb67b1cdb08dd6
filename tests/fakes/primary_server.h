// A real primary name server, on loopback, that takes updates: Knot DNS or BIND.
#ifndef TESTS_FAKES_PRIMARY_SERVER_H_
#define TESTS_FAKES_PRIMARY_SERVER_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/base/server_address.h"
#include "server/dns/change_step.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {

// Serves one zone with a SOA, an NS and, at mx.<zone>, an A record. Takes TXT records at and below
// `_domainkey.<zone>` from the key "keeper", and anything from the key "owner"; both hmac-sha256.
// Ends with this. Not thread-safe.
class PrimaryServer {
 public:
  enum class Kind : std::uint8_t { kKnot, kBind };

  // Answers when it serves. Null where it is not installed; fails the test where it does not start.
  [[nodiscard]] static std::unique_ptr<PrimaryServer> Start(Kind kind, const std::string& zone);

  PrimaryServer(const PrimaryServer&) = delete;
  PrimaryServer& operator=(const PrimaryServer&) = delete;
  ~PrimaryServer() { Stop(); }

  [[nodiscard]] ServerAddress address() const {
    return ServerAddress::Parse("127.0.0.1@" + std::to_string(port_)).value();
  }
  // The file with the secret of the key "keeper".
  [[nodiscard]] std::string secret_file() const { return (dir_.path() / "keeper.secret").string(); }

  // What stands at a name, as another DNS library sees it, and what its owner puts there.
  [[nodiscard]] StandingRecords At(const std::string& name) const;
  void Put(const std::string& name, const StandingRecords& records) const;

  // Kills it: its port refuses connections.
  void Stop();

 private:
  PrimaryServer(std::string zone, std::uint16_t port) : zone_(std::move(zone)), port_(port) {}
  void WriteZone() const;
  void ConfigureKnot() const;
  void ConfigureBind() const;
  // Starts `program` and reads what it says until `ready`.
  [[nodiscard]] bool Run(const std::vector<std::string>& argv, const std::string& ready);

  const std::string zone_;
  const std::uint16_t port_;
  TempDir dir_;
  pid_t pid_ = -1;
  int output_ = -1;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_PRIMARY_SERVER_H_

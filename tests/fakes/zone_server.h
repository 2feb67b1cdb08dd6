// Real name servers on loopback: Knot DNS and BIND with zones, and BIND as a recursive resolver.
#ifndef TESTS_FAKES_ZONE_SERVER_H_
#define TESTS_FAKES_ZONE_SERVER_H_

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "server/base/server_address.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {

// Serves from the constructor's end to Stop or the destructor. Throws std::runtime_error with what
// the program said where it does not start: a test must not be skipped in silence. Not thread-safe.
class ZoneServer {
 public:
  enum class Kind : std::uint8_t { kKnot, kBind };
  enum class Signing : std::uint8_t { kNone, kDnssec };  // Knot only
  // By the zone's name; a zone file without SOA and NS, relative to the zone.
  using Zones = std::map<std::string, std::string>;

  ZoneServer(Kind kind, const Zones& zones, Signing signing = Signing::kNone);

  // BIND that knows nothing itself and asks these, each for its zone.
  explicit ZoneServer(const std::map<std::string, ServerAddress>& forwards);

  ZoneServer(const ZoneServer&) = delete;
  ZoneServer& operator=(const ZoneServer&) = delete;
  ~ZoneServer();

  [[nodiscard]] const ServerAddress& address() const { return address_; }

  // Kills it: its port refuses connections.
  void Stop();

 private:
  void Run(const std::string& program, const std::string& config, const std::string& ready);
  void RunKnot(const Zones& zones, Signing signing);
  void RunBind(const std::string& options, const std::string& zones);

  TempDir dir_;
  ServerAddress address_;
  pid_t pid_ = -1;
  int output_ = -1;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_ZONE_SERVER_H_

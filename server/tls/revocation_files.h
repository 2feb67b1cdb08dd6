// The operator's revocation lists, read whenever their files change.
#ifndef SERVER_TLS_REVOCATION_FILES_H_
#define SERVER_TLS_REVOCATION_FILES_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proto/result.h"
#include "server/base/alarms.h"
#include "server/tls/peer_rules.h"

namespace dkimkeeper {

// The alarm of a file that cannot be used; its subject is the path.
inline constexpr std::string_view kCrlRefusedAlarm = "tls.crl_refused";

// Not thread-safe: one loop calls it, several times a second.
//
// A file that is right is in force at the look that sees it. One that is missing or wrong counts as
// empty from the second look on that sees it so: a writer that is slow locks nobody out.
class RevocationFiles {
 public:
  using TimePoint = std::chrono::system_clock::time_point;

  // Looks once; what is wrong then refuses callers, not the start. `client_ca`: the PEM file of
  // those who may sign lists. The last two must outlive this.
  RevocationFiles(const std::vector<std::string>& paths, std::string client_ca, PeerRules& rules,
                  AlarmBoard& alarms, TimePoint now);

  void CheckNow(TimePoint now);

 private:
  struct File {
    std::string path;
    std::string seen = {};             // which file it was at the last look, and of when
    bool settled = false;              // `lists` are what was seen
    PeerRules::Lists lists = nullptr;  // null: counts as empty
  };
  enum class Patience : std::uint8_t { kNone, kOneLook };

  // True where what is in force changed.
  [[nodiscard]] bool Look(File& file, Patience patience, TimePoint now);
  // The date passes without a change of the file.
  void WarnOfOld(const File& file, TimePoint now);
  [[nodiscard]] Result<PeerRules::Lists> Read(const std::string& path) const;
  void Publish();

  const std::string client_ca_;
  PeerRules& rules_;
  AlarmBoard& alarms_;
  std::vector<File> files_;
};

}  // namespace dkimkeeper

#endif  // SERVER_TLS_REVOCATION_FILES_H_

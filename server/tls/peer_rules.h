// What a caller's certificate has to be besides one of client_ca, looked at for each call.
#ifndef SERVER_TLS_PEER_RULES_H_
#define SERVER_TLS_PEER_RULES_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proto/result.h"
#include "server/base/published.h"
#include "server/tls/pinned_issuer.h"
#include "server/tls/revocation_list.h"

namespace dkimkeeper {

// TLS looks at a certificate once, when a connection begins, and gRPC's own revocation lists fail
// open; so a connection would outlive the right to it. Thread-safe.
class PeerRules {
 public:
  using TimePoint = std::chrono::system_clock::time_point;

  // The lists in force, by file. Where it is configured, an issuer without a list that is in its
  // dates counts as one whose certificates are all revoked.
  using Lists = std::shared_ptr<const std::vector<RevocationList>>;
  struct Revocation {
    bool configured = false;
    std::vector<Lists> files = {};  // none is null
  };

  explicit PeerRules(std::vector<PinnedIssuer> pins) : pins_(std::move(pins)) {}

  // Subscribe to hear of new lists.
  [[nodiscard]] Published<Revocation>& revocation() { return revocation_; }

  // Tells the subscribers, too, when a certificate that was shown or a list has come to its end
  // since the call before. One thread calls it.
  void NoteTime(TimePoint now);

  // `pem`: the leaf that the caller showed. UNAUTHENTICATED: /CERTIFICATE_EXPIRED (or not valid
  // yet), /CERTIFICATE_REVOKED, /CRL_MISSING (none of its issuer, or one that has expired),
  // /WRONG_ISSUER, /BAD_CERTIFICATE (does not parse).
  [[nodiscard]] Outcome Check(std::string_view pem, const std::string& identity,
                              TimePoint now) const;

 private:
  struct Peer {
    Certificate certificate;
    TimePoint begins, ends;
    std::vector<bool> issued_by;  // for each pin
  };
  using PeerPtr = std::shared_ptr<const Peer>;

  // Parsing takes longer than everything else of a call: so what was parsed is kept, by its text.
  [[nodiscard]] Result<PeerPtr> PeerOf(std::string_view pem) const;
  [[nodiscard]] Result<PeerPtr> Parse(std::string_view pem) const;
  [[nodiscard]] Outcome CheckRevocation(const Peer& peer, TimePoint now) const;

  const std::vector<PinnedIssuer> pins_;
  Published<Revocation> revocation_{std::make_shared<const Revocation>()};

  TimePoint noted_at_ = TimePoint::max();
  mutable std::shared_mutex mutex_;
  mutable std::unordered_map<std::string, PeerPtr> peers_;
};

}  // namespace dkimkeeper

#endif  // SERVER_TLS_PEER_RULES_H_

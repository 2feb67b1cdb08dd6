// Signatures for the programs of this host, with the keys that this host may use.
#ifndef CLIENT_AGENT_LOCAL_DESK_H_
#define CLIENT_AGENT_LOCAL_DESK_H_

#include <chrono>
#include <string>
#include <string_view>

#include "client/agent/agent_metrics.h"
#include "client/agent/current_policy.h"
#include "client/agent/key_lists.h"
#include "client/reference/reference_desk.h"
#include "dkimkeeper/client.h"
#include "proto/base/clock.h"
#include "proto/base/event_log.h"

namespace dkimkeeper {

// Answers what the policy's access rules allow and nothing else: the right on the domain is looked
// at before any key, the right on the key before its public half or a signature leaves. A reference
// names a domain and a selector, so that it signs exactly as long as that key does.
//
// Each call is counted and makes one event, without the digest. The server hears for whom it is, as
// this host claims (Peer::Description). Thread-safe.
class LocalDesk final : public ReferenceDesk {
 public:
  // All must outlive this.
  struct Parts {
    CurrentPolicy& policy;
    KeyLists& keys;
    Client& client;
    const Clock& clock;
    AgentMetrics& metrics;
    EventLog& events;
  };

  explicit LocalDesk(const Parts& parts) : parts_(parts) {}

  // Asks the server, which has the public half. Of several keys of one algorithm it is one that the
  // peer may use: the default sender's before others', one without an end before one that has it.
  // NOT_FOUND/KEY_UNKNOWN; errors of LocalAccess and of Client::ListSigningKeysOf.
  [[nodiscard]] Result<FoundKey> Find(const Peer& peer, const WantedKey& wanted,
                                      std::chrono::milliseconds patience) override;

  // A key that the newest list does not have is asked for at the server, once.
  // FAILED_PRECONDITION/SELECTOR_NOT_ACTIVE: no key of that name signs, or none does any more.
  // Errors of LocalAccess and of Client::SignDigest, which repeats while a server is away.
  [[nodiscard]] Result<std::string> Sign(const Peer& peer, const DigestToSign& item,
                                         std::chrono::milliseconds patience) override;

 private:
  // A call, as log and counters see it.
  struct Called {
    std::string_view call;  // `find`, `sign`
    std::string_view done;  // `found`, `signed`
    std::string domain;
    std::string_view which;  // selector or algorithm
  };

  using Instant = std::chrono::steady_clock::time_point;

  [[nodiscard]] Result<FoundKey> Look(const Peer& peer, const WantedKey& wanted, Instant end);
  [[nodiscard]] Result<std::string> SignAllowed(const Peer& peer, const DigestToSign& item,
                                                Instant end);
  [[nodiscard]] Result<SigningKey> KeyOf(const LocalAccess& access, const Peer& peer,
                                         const DigestToSign& item, Instant end);
  [[nodiscard]] Instant EndOf(std::chrono::milliseconds patience) const;
  [[nodiscard]] std::chrono::milliseconds LeftUntil(Instant end) const;
  template <typename Answer>
  void Note(const Peer& peer, const Called& called, const Result<Answer>& answer);

  const Parts parts_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_LOCAL_DESK_H_

// One connection of the mail server to the milter, message by message.
#ifndef CLIENT_AGENT_MILTER_SESSION_H_
#define CLIENT_AGENT_MILTER_SESSION_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/agent/agent_metrics.h"
#include "client/agent/current_policy.h"
#include "client/agent/outgoing_message.h"
#include "proto/base/clock.h"
#include "proto/base/event_log.h"

namespace dkimkeeper {

// The events of the milter protocol in the order in which it has them; libmilter stays outside, and
// tests play the mail server. What belongs to a message is made at MAIL and gone after its end, its
// abort or its verdict: nothing leaks from one message to the next. Not thread-safe: a connection
// is served by one thread at a time. What `Parts` names must outlive this.
class MilterSession {
 public:
  struct Parts {
    const CurrentPolicy& policy;
    KeyLists& keys;
    DigestSigner& signer;
    const Clock& clock;
    AgentMetrics& metrics;
    EventLog& events;
  };
  // The value of a macro of the mail server, as named (`{auth_authen}`, `i`); empty: it has none.
  using Macros = std::function<std::string(const std::string& name)>;

  explicit MilterSession(const Parts& parts) : parts_(parts) {}

  // Whether header values come with the white space after the colon (SMFIP_HDR_LEADSPC).
  void Negotiated(bool leading_space) { leading_space_ = leading_space; }
  // Of whom the next messages are; nothing: they came over no network. Before it all are from
  // elsewhere.
  void Connected(std::optional<IpAddress> client) {
    client_ = client;
    is_connected_ = true;
  }

  // `envelope`: the address of MAIL FROM, with or without its brackets. kAccept: the message is not
  // from here; it is never looked at.
  [[nodiscard]] Verdict Mail(std::string_view envelope, const Macros& macros);
  void HeaderField(std::string_view name, std::string_view value);
  [[nodiscard]] Verdict EndOfHeader(const Macros& macros);
  void Body(std::string_view chunk);
  [[nodiscard]] Closing EndOfMessage(const Macros& macros);
  // The message, or the connection, ended early.
  void Abort();

 private:
  // Counts and logs what was decided, and forgets the message.
  void Close(const Verdict& verdict, const Macros& macros);
  [[nodiscard]] Arrival ArrivalOf(std::string_view envelope, const Macros& macros,
                                  const AgentPolicy& policy) const;

  const Parts parts_;
  bool leading_space_ = false;
  bool is_connected_ = false;
  std::optional<IpAddress> client_;
  Origin origin_ = Origin::kElsewhere;
  std::optional<OutgoingMessage> message_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_MILTER_SESSION_H_

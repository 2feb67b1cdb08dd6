// Tells the server which list of keys this host works with.
#ifndef CLIENT_AGENT_LIST_ACKNOWLEDGEMENT_H_
#define CLIENT_AGENT_LIST_ACKNOWLEDGEMENT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "dkimkeeper/client.h"
#include "proto/base/event_log.h"

namespace dkimkeeper {

// Not thread-safe. A failure is said in an event, once for each reason, and tried again later: the
// server then keeps the replaced key until its hand-over window ends.
class ListAcknowledgement {
 public:
  // Both must outlive this.
  ListAcknowledgement(Client& client, EventLog& events) : client_(client), events_(events) {}

  // To be called about each second. Tells the server where the generation is another one than
  // before, and each 600th call, because who is silent counts no more. Waits for the answer, within
  // the client's deadline; after a failure it waits for a while of calls. 0: this host cannot say,
  // as Client::AcknowledgeKeys has it. Nothing: there is no list yet, nothing is told.
  void Tell(std::optional<std::uint64_t> generation);

 private:
  Client& client_;
  EventLog& events_;
  std::optional<std::uint64_t> told_;  // that the server knows of
  unsigned calls_to_wait_ = 0;
  unsigned calls_since_told_ = 0;
  std::string last_trouble_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_LIST_ACKNOWLEDGEMENT_H_

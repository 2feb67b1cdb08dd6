// Where a worker's answers go.
#ifndef HSM_WORKER_ANSWER_SINK_H_
#define HSM_WORKER_ANSWER_SINK_H_

#include "hsm/wire/messages.h"

namespace dkimkeeper {

// Sends messages on the worker's end of its SOCK_SEQPACKET pair, which must outlive this. A packet
// is sent whole, so threads need no lock. Thread-safe.
class AnswerSink {
 public:
  explicit AnswerSink(int socket) : socket_(socket) {}

  // An answer that is too long for a packet becomes an Error. A daemon that is gone reads nothing:
  // the next receive sees the end.
  void Send(const wire::Response& response) const;

 private:
  int socket_;
};

}  // namespace dkimkeeper

#endif  // HSM_WORKER_ANSWER_SINK_H_

// The milter's socket, on libmilter.
#ifndef CLIENT_AGENT_MILTER_FRONT_H_
#define CLIENT_AGENT_MILTER_FRONT_H_

#include <future>
#include <memory>

#include "client/agent/milter_address.h"
#include "client/agent/milter_session.h"
#include "proto/result.h"

namespace dkimkeeper {

// Serves mail servers that speak milter (Sendmail's libmilter, protocol version 6). It asks for the
// least that it needs, answers only where a decision can come, and adds DKIM-Signature fields at
// the top of the header; it is never able to change or remove anything.
//
// One in a process, once: libmilter keeps its state in globals. Its threads take SIGHUP, SIGINT and
// SIGTERM by sigwait(3) as an order to stop; a main thread that has them unblocked, with handlers,
// gets them first.
class MilterFront {
 public:
  // Listens; mail servers are served in threads of their own from here on. What `parts` names must
  // outlive the process's last thread: libmilter does not end them. FAILED_PRECONDITION/BAD_CONFIG:
  // the socket cannot be made.
  [[nodiscard]] static Result<std::unique_ptr<MilterFront>> Start(
      const MilterAddress& address, const MilterSession::Parts& parts);

  MilterFront(const MilterFront&) = delete;
  MilterFront& operator=(const MilterFront&) = delete;
  ~MilterFront();

  // Accepts no new connection, removes the socket. Messages in work go on.
  void Stop();

 private:
  explicit MilterFront(const MilterAddress& address) : address_(address) {}

  const MilterAddress address_;
  std::future<void> listener_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_MILTER_FRONT_H_

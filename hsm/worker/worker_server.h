// The worker's end of the socket that joins it to the daemon.
#ifndef HSM_WORKER_WORKER_SERVER_H_
#define HSM_WORKER_WORKER_SERVER_H_

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "hsm/token.h"
#include "hsm/worker/answer_sink.h"
#include "hsm/worker/call_desk.h"

namespace dkimkeeper {

// Serves a token on one SOCK_SEQPACKET socket (unix(7)). All threads wait in recv() on it, and the
// kernel hands each packet to one of them: no queue, no demultiplexer. Thread-safe.
class WorkerServer {
 public:
  enum class End : std::uint8_t {
    kEndOfFile,  // the daemon closed its end
    kBadFrame,   // it sent what is no request; nothing that follows is believed
    // The token refused the PIN at a new login. The answer is sent; whoever starts workers must
    // know it too, and learns it from this one's exit status.
    kPinRefused,
  };

  // Says Ready, then serves with `threads` (at least 1) of its own. `token` must outlive this;
  // `socket` stays the caller's and must stay open as long.
  WorkerServer(Token& token, int socket, unsigned threads, DestructionRule destruction = {});
  WorkerServer(const WorkerServer&) = delete;
  WorkerServer& operator=(const WorkerServer&) = delete;
  // Shuts the socket down and waits for calls that are still inside the token. A process need not
  // wait: it exits.
  ~WorkerServer();

  // Blocks until the first thread has seen the end; others may still be inside the token.
  [[nodiscard]] End WaitForEnd();

 private:
  void Serve();
  void Answer(const wire::Request& request);
  // The next packet; nothing at the end of file.
  [[nodiscard]] std::optional<std::string_view> Receive(std::string& buffer) const;
  void Finish(End end);

  CallDesk desk_;
  const int socket_;
  const AnswerSink answers_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::optional<End> end_;
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace dkimkeeper

#endif  // HSM_WORKER_WORKER_SERVER_H_

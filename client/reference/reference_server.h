// The agent's end of the socket that local programs ask at.
#ifndef CLIENT_REFERENCE_REFERENCE_SERVER_H_
#define CLIENT_REFERENCE_REFERENCE_SERVER_H_

#include <poll.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "client/reference/peer.h"
#include "client/reference/reference_desk.h"
#include "proto/descriptor.h"

namespace dkimkeeper {

struct ReferenceServerOptions {
  std::size_t connections = 256;  // open at once; more wait to be accepted
  std::size_t threads = 8;        // calls at once; more wait for one
};

// Serves a desk: one thread watches every connection that is quiet, some more answer calls. A
// connection costs no thread, so that programs may keep theirs. Thread-safe; the threads end with
// it.
class ReferenceServer {
 public:
  // `desk` must outlive this. FAILED_PRECONDITION/BAD_CONFIG where the system has no more
  // descriptors.
  [[nodiscard]] static Result<std::unique_ptr<ReferenceServer>> Start(
      Descriptor listener, ReferenceDesk& desk, ReferenceServerOptions options = {});

  // Waits for the calls that the desk is at, and closes every connection. The file of the socket
  // stays.
  ~ReferenceServer();
  ReferenceServer(const ReferenceServer&) = delete;
  ReferenceServer& operator=(const ReferenceServer&) = delete;

 private:
  struct Connection {
    Descriptor socket;
    Peer peer;
  };

  ReferenceServer(Descriptor listener, Descriptor bell, ReferenceDesk& desk,
                  ReferenceServerOptions options);

  // What the watching thread alone has.
  struct Quiet {
    std::vector<Connection> connections;
    bool refused = false;  // the last accept(2): the process is out of descriptors, for one
  };

  void Watch();
  [[nodiscard]] bool AwaitSomething(Quiet& quiet);
  void HandOn(Quiet& quiet, std::span<const pollfd> watched);
  void Accept(Quiet& quiet);
  void Work();
  [[nodiscard]] bool Serve(const Connection& connection);
  [[nodiscard]] ReferenceAnswer Answer(const Peer& peer, const std::string& packet);
  void Ring();

  const ReferenceServerOptions options_;
  ReferenceDesk& desk_;
  const Descriptor listener_;
  const Descriptor bell_;  // eventfd(2): wakes the watching thread

  std::mutex mutex_;
  std::condition_variable asked_;
  bool stopping_ = false;             // guarded by mutex_
  std::size_t open_ = 0;              // guarded by mutex_: connections, wherever they are
  std::deque<Connection> asking_;     // guarded by mutex_: have something to read
  std::vector<Connection> answered_;  // guarded by mutex_: to be watched again

  std::vector<std::thread> threads_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_REFERENCE_SERVER_H_

// SIGHUP, SIGINT and SIGTERM, as values to wait for.
#ifndef CLIENT_AGENT_SIGNALS_H_
#define CLIENT_AGENT_SIGNALS_H_

namespace dkimkeeper {

// Takes the three signals by handlers, in the thread that makes it: the main one. By sigwait(3) it
// would have to share them with a thread of libmilter's, which takes each for an order to stop; as
// it is, the main thread never blocks them, and the kernel offers a process's signal to the main
// thread first. SIGPIPE is ignored: a peer that is gone shows as an error of the write. Made once.
class Signals {
 public:
  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The number of the next signal. In the main thread.
  [[nodiscard]] int Wait() const;

 private:
  int read_end_ = -1;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_SIGNALS_H_

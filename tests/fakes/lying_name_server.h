// A name server on a loopback port that does to the octets what a test tells it.
#ifndef TESTS_FAKES_LYING_NAME_SERVER_H_
#define TESTS_FAKES_LYING_NAME_SERVER_H_

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "server/base/server_address.h"

namespace dkimkeeper {

// One thread for each transport; a connection after the other. The reply may be called at any time
// until the destructor returns.
class LyingNameServer {
 public:
  // Given the query's octets without their length. Each element is sent as it is: over TCP after
  // its length, over UDP as a datagram. Nothing: silence until the client goes.
  using Reply = std::function<std::vector<std::string>(const std::string& query)>;

  // `refuses_tcp`: nobody listens there.
  explicit LyingNameServer(Reply reply, bool refuses_tcp = false);
  LyingNameServer(const LyingNameServer&) = delete;
  LyingNameServer& operator=(const LyingNameServer&) = delete;
  ~LyingNameServer();

  [[nodiscard]] const ServerAddress& address() const { return address_; }
  // Over TCP: send these octets as they are instead, then close.
  void SendRaw(std::string octets) { raw_ = std::move(octets); }
  // Over UDP: answer from another port than the one that was asked, as a forger has to.
  void AnswerFromAnotherPort() { from_another_port_ = true; }

 private:
  void ServeTcp();
  void ServeUdp();
  void ServeConnection(int connection);

  const Reply reply_;
  std::string raw_;
  std::atomic<bool> from_another_port_ = false;
  int tcp_ = -1;
  int udp_ = -1;
  int stop_ = -1;  // an eventfd that is readable from the end on
  ServerAddress address_;
  std::jthread tcp_thread_;
  std::jthread udp_thread_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_LYING_NAME_SERVER_H_

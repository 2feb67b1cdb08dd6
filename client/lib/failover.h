// One call at several addresses: which one, for how long, and when to try again.
#ifndef CLIENT_LIB_FAILOVER_H_
#define CLIENT_LIB_FAILOVER_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/lib/pace.h"
#include "proto/result.h"

namespace dkimkeeper {

// Every call of the API can be repeated: reading and signing change nothing, and what changes
// something carries a request id. They differ in what a slow server means.
enum class Repeat : std::uint8_t {
  kWhenAway,        // slow work (a key being made) gets all the time there is
  kWhenAwayOrSlow,  // a server that does not answer in its share of the time counts as away
};

// Remembers the address that answered last and starts there. Thread-safe.
class Failover {
 public:
  // One try at `addresses()[index]`, which must end within `budget`.
  using Try = std::function<Outcome(std::size_t index, std::chrono::milliseconds budget)>;

  // `addresses` is not empty.
  Failover(std::vector<std::string> addresses, std::shared_ptr<Pace> pace);

  // Tries until one address answers, success or refusal, until `deadline` has passed or all were
  // away for 10 s. UNAVAILABLE goes on to the next address; after each round it waits, with jitter,
  // at least as long as the servers ask. Answers the last round's error: a server's own words
  // rather than a failed connection's.
  [[nodiscard]] Outcome Call(std::chrono::milliseconds deadline, Repeat repeat, const Try& attempt);

  // Where to begin, and what to do after a failure there.
  [[nodiscard]] std::size_t Preferred() const { return preferred_; }
  void Avoid(std::size_t index) { preferred_ = (index + 1) % addresses_.size(); }

  [[nodiscard]] const std::vector<std::string>& addresses() const { return addresses_; }

 private:
  struct Round;
  [[nodiscard]] bool TryEach(Round& round, Repeat repeat, const Try& attempt);
  [[nodiscard]] Error Explain(const Round& round, std::chrono::milliseconds deadline) const;

  const std::vector<std::string> addresses_;
  const std::shared_ptr<Pace> pace_;
  std::atomic<std::size_t> preferred_ = 0;
};

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_FAILOVER_H_

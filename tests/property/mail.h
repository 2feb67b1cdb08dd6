// Senders of mail and those who receive it.
#ifndef TESTS_PROPERTY_MAIL_H_
#define TESTS_PROPERTY_MAIL_H_

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tests/property/daemon.h"
#include "tests/property/scene.h"

namespace dkimkeeper::sim {

// A signature is known by the key that made it: a receiver verifies it who finds that key in DNS.
// Not thread-safe.
class Mail {
 public:
  // All must outlive this.
  Mail(Scene& scene, std::vector<Daemon*> daemons) : scene_(scene), daemons_(std::move(daemons)) {}

  // Somebody sends something; now and then for the rest of history.
  void Start();
  // A client that took the key list just before signs with `key` at the end of its hand-over
  // window, while daemons still do.
  void SignLate(const Key& key);

 private:
  struct Cached {
    std::optional<Selector> selector;
    Instant at;
  };

  void Send();
  void SendFor(const Domain& domain, const Sender& sender, Algorithm algorithm);
  [[nodiscard]] Daemon* AnyDaemon();
  void Signed(const Key& key, const Daemon& daemon);
  void Deliver(const Key& key, Instant signed_at, Kind kind);
  // People, and receivers who guess, look at names before there is anything.
  void LookAtSomething();

  Scene& scene_;
  std::vector<Daemon*> daemons_;
  std::map<Line, Cached> cached_;
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_MAIL_H_

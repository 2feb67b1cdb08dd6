// A daemon over the years: started, killed, started again.
#ifndef TESTS_PROPERTY_DAEMON_H_
#define TESTS_PROPERTY_DAEMON_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/property/process.h"
#include "tests/property/scene.h"

namespace dkimkeeper::sim {

// Does by itself what rotation_loop.h and main's tickers do with threads: beats, plans, takes what
// is due, and looks again when something is. Not thread-safe.
class Daemon {
 public:
  Daemon(Scene& scene, std::string name);  // `scene` must outlive this
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // From now on it starts again after each end.
  void Start();
  // What it has in its memory is gone.
  void Kill();
  // It was told of something new: its next round is soon.
  void Wake();
  // Time passed in which nothing happened but that it lived.
  void LiveOn();

  [[nodiscard]] Host& host() { return host_; }
  [[nodiscard]] const Host& host() const { return host_; }
  // Null: it does not run.
  [[nodiscard]] Process* process() const {
    return host_.up() && !host_.frozen() ? process_.get() : nullptr;
  }
  // Its line to the store is up, or has not been down for long: it counts as alive.
  [[nodiscard]] bool Counts() const;
  // Whether it would sign with `key`, and, left alone, until when.
  [[nodiscard]] bool Signs(const Key& key) const;
  // Tells the judge until when it would sign with which keys, should nothing happen before `to`.
  void TellJudge(Instant to);

 private:
  void PlanRound(Span wait);
  void Round();
  // How long until the next one; whether this one changed anything.
  struct Took {
    Span wait{0};
    bool anything = false;
  };
  [[nodiscard]] Took TakeSteps();
  void TakeStepsOf(const Domain& domain);
  void Bury();

  Scene& scene_;
  Host host_;
  std::unique_ptr<Process> process_;
  bool busy_ = false;
  std::uint64_t round_ = 0;  // the newest that was planned
  Span rest_{0};             // between rounds in which nothing changes
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_DAEMON_H_

// The threads around the executor.
#ifndef SERVER_ROTATION_ROTATION_LOOP_H_
#define SERVER_ROTATION_ROTATION_LOOP_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "server/base/subscription.h"
#include "server/base/work_queue.h"
#include "server/rotation/desk.h"
#include "server/rotation/rotation.h"

namespace dkimkeeper {

// Takes and prolongs the lease, plans again and again, and has what is due done: steps of different
// domains side by side, of one domain one at a time. Domains whose steps take long, because a
// server of theirs is slow, have threads of their own, so that they hold up each other only. Acts
// in a token wait in that token's queue of acts.
//
// A round begins when a step is due, when the registry's picture changed, when a step ended, at a
// Kick, and once a minute at least. Thread-safe.
class RotationLoop final : public RotationDesk {
 public:
  struct Parts {
    Rotation& rotation;
    Registry& registry;
    ExecutorLease& lease;
    const Tokens& tokens;
    const Clock& clock;
  };
  struct Options {
    unsigned threads = 16;       // for domains that are quick
    unsigned slow_threads = 16;  // and for those that are not
  };

  // Starts. All must outlive this; the tokens' queues of acts run until this has stopped.
  RotationLoop(const Parts& parts, Options options);
  ~RotationLoop() override { Stop(); }

  [[nodiscard]] Result<RecordCheck> CheckNow(const Key& key) override;
  [[nodiscard]] Outcome ProveNow(const Key& key) override;
  void Kick() override;

  // Begins no further step, waits for those in progress. Can be called twice.
  void Stop();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  void Run();
  // Plans, hands out what is due; when the next round is due at the latest.
  [[nodiscard]] std::chrono::milliseconds Round();
  void HandOut(const std::vector<Step>& due);
  [[nodiscard]] bool Submit(const Step& step);
  // Takes the steps of one domain for as long as one is due and belongs where this runs.
  void WorkOn(const Step& first);
  void Wake();

  const Parts parts_;
  const Options options_;
  WorkQueue quick_;
  WorkQueue slow_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool woken_ = true;
  std::set<Domain> busy_;
  std::set<Domain> slow_domains_;

  Subscription views_;
  std::once_flag joined_;
  std::thread thread_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_ROTATION_LOOP_H_

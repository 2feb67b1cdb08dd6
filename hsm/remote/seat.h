// Where a worker sits: one after the other, each started, watched, ended and replaced.
#ifndef HSM_REMOTE_SEAT_H_
#define HSM_REMOTE_SEAT_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>

#include "hsm/remote/restart_policy.h"
#include "hsm/remote/roster.h"
#include "hsm/remote/worker_link.h"
#include "hsm/remote/worker_source.h"

namespace dkimkeeper {

// What the seats of one token share. All of it must outlive them.
struct SeatSurroundings {
  const std::string& token;  // its name
  WorkerSource& source;
  Roster& roster;
  std::chrono::milliseconds start_limit;
  RestartDelays restarts;
  // Held while a worker starts: one after the other, the first logs in alone.
  std::mutex starting = {};
};

// One worker at a time, from its start to its end, on a thread of its own. Everything but Stop
// happens on that thread.
class Seat {
 public:
  // Starts a worker at once.
  Seat(std::size_t index, SeatSurroundings& around);
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;
  // Stops, and waits until the worker has ended.
  ~Seat();

  // Ends the worker and starts none any more; does not wait. Thread-safe.
  void Stop();

 private:
  void Run();
  // A worker that is ready, alone in starting; or why there is none.
  [[nodiscard]] Result<TokenInfo> Start();
  // What a worker says that was started.
  [[nodiscard]] Result<TokenInfo> AwaitReady(const StartedWorker& worker);
  // From a ready worker to its end.
  void Employ(TokenInfo token);
  // Until the worker is lost, or not worth keeping: why, where its end will not say it.
  [[nodiscard]] std::string Serve(WorkerLink& link);

  // The worker that runs now; null: none. A stopped seat's one is shut.
  void SetLink(std::shared_ptr<WorkerLink> link);
  [[nodiscard]] bool IsStopping();
  // False: stopped meanwhile.
  [[nodiscard]] bool Pause(std::chrono::milliseconds delay);

  const std::size_t index_;
  SeatSurroundings& around_;
  RestartPolicy policy_;
  std::minstd_rand random_{std::random_device{}()};
  std::uint64_t number_ = 0;  // of the worker, at its source

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::shared_ptr<WorkerLink> link_;  // of the worker that runs now

  std::thread thread_;  // last: uses everything above
};

}  // namespace dkimkeeper

#endif  // HSM_REMOTE_SEAT_H_

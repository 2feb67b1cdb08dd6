// The way of signatures into one token.
#ifndef SERVER_SIGNING_SIGNING_LANE_H_
#define SERVER_SIGNING_SIGNING_LANE_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "hsm/token.h"
#include "proto/base/clock.h"
#include "server/base/metrics.h"
#include "server/tokens/tokens.h"

namespace dkimkeeper {

// A signature that is wanted of a token.
struct SigningJob {
  KeyId key;
  Sha256Digest digest;
  Deadline deadline;
  std::function<void(Result<std::string>)> done;  // called once; must not block
};

// Begins a signature at once where the token can without waiting. While others are begun, what
// cannot be begun waits in line, and each one that ends begins the next: on this way no thread
// waits. With none begun the token must be waited for, and with one that must be made again: that
// is done on the threads of the token's queue. Line and queue have one limit. Thread-safe.
class SigningLane {
 public:
  // All must outlive this.
  SigningLane(const ServedToken& served, Metrics& metrics, const Clock& clock)
      : served_(served), metrics_(metrics), clock_(clock) {}
  SigningLane(const SigningLane&) = delete;
  SigningLane& operator=(const SigningLane&) = delete;

  // `done` is called from any thread, perhaps before this returns: DEADLINE_EXCEEDED/DEADLINE for a
  // job whose deadline passed while it waited, which never reaches the token. The errors of
  // WorkQueue::Submit: it will not be called.
  [[nodiscard]] Outcome Submit(SigningJob job);

  // Jobs that wait in line or in the queue.
  [[nodiscard]] std::size_t Waiting() const;

  // Until what was begun has ended or is in the queue. Nothing may be submitted any more.
  void AwaitBegun();

 private:
  struct Entry {
    SigningJob job;
    Deadline submitted;
    Deadline started = {};
  };
  using EntryPtr = std::shared_ptr<Entry>;

  using Turn = WorkQueue::Turn;

  [[nodiscard]] Outcome Admits() const;
  // Begins it, or puts it in line. False where none is begun: it counts as begun until Leave.
  [[nodiscard]] bool Enter(const EntryPtr& entry, Turn turn);
  // False: not now.
  [[nodiscard]] bool Begin(const EntryPtr& entry);
  // Begins what waits in line, as far as it can be.
  void Advance();
  // One that was begun has come to this.
  void Continue(const EntryPtr& entry, Token::SignBegun begun);
  // One that counts as begun does no more. The last one sends the line to the queue: nobody is left
  // who would come back to it.
  void Leave();

  // On the queue's threads, which may wait.
  void Enqueue(const std::deque<EntryPtr>& line);
  void Wait(const EntryPtr& entry);
  void MakeAgain(const EntryPtr& entry, Token::SignRest rest);

  void Finish(Entry& entry, Result<std::string> result);
  // One that the token never had.
  void Refuse(Entry& entry, Error error);
  [[nodiscard]] bool FinishLate(Entry& entry);

  const ServedToken& served_;
  Metrics& metrics_;
  const Clock& clock_;

  mutable std::mutex mutex_;
  std::condition_variable left_;
  std::size_t begun_ = 0;
  std::deque<EntryPtr> line_;  // empty where none is begun
};

}  // namespace dkimkeeper

#endif  // SERVER_SIGNING_SIGNING_LANE_H_

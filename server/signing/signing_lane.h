// The way of signatures into one token.
#ifndef SERVER_SIGNING_SIGNING_LANE_H_
#define SERVER_SIGNING_SIGNING_LANE_H_

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "hsm/token.h"
#include "proto/base/clock.h"
#include "server/base/fair_line.h"
#include "server/base/metrics.h"
#include "server/tokens/tokens.h"

namespace dkimkeeper {

// A signature that is wanted of a token.
struct SigningJob {
  std::string whose;  // the caller's identity
  KeyId key;
  Sha256Digest digest;
  Deadline deadline;
  std::function<void(Result<std::string>)> done;  // called once; must not block
};

// Begins a signature at once where the token can without waiting. While others are begun, what
// cannot be begun waits in line, and each one that ends begins the next: on this way no thread
// waits. With none begun the token must be waited for, and with one that must be made again: that
// is done on the threads of the token's queue, each of which takes the next in line. In the line
// callers take turns (FairLine), and one that floods it is refused for it, not the others: it is as
// long as the queue's limit. Thread-safe.
class SigningLane {
 public:
  // All must outlive this.
  SigningLane(const ServedToken& served, Metrics& metrics, const Clock& clock)
      : served_(served), metrics_(metrics), clock_(clock), line_(served.signing.limit()) {}
  SigningLane(const SigningLane&) = delete;
  SigningLane& operator=(const SigningLane&) = delete;

  // `done` is called from any thread, perhaps before this returns: DEADLINE_EXCEEDED/DEADLINE for a
  // job whose deadline passed while it waited, and RESOURCE_EXHAUSTED/OVER_SHARE with a retry hint
  // for one that made room for another caller's; neither reached the token.
  //
  // It will not be called: RESOURCE_EXHAUSTED/OVER_SHARE, or /QUEUE_FULL where nobody else waits;
  // UNAVAILABLE/SHUTTING_DOWN.
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

  // Takes its place in line, perhaps another's.
  [[nodiscard]] Outcome Join(const EntryPtr& entry);
  // False: not now.
  [[nodiscard]] bool Begin(const EntryPtr& entry);
  // Begins what waits in line, as far as it can be.
  void Advance();
  // One that was begun has come to this.
  void Continue(const EntryPtr& entry, Token::SignBegun begun);
  // One that counts as begun does no more. The last one has the queue take turns for all in line:
  // nobody is left who would come back to it.
  void Leave();

  // On the queue's threads, which may wait.
  void TakeTurn();
  void MakeAgain(const EntryPtr& entry, Token::SignRest rest);

  void Finish(Entry& entry, Result<std::string> result);
  // One that the token never had.
  void Refuse(Entry& entry, Error error);
  void RefuseAll(const Error& error);
  [[nodiscard]] bool FinishLate(Entry& entry);

  const ServedToken& served_;
  Metrics& metrics_;
  const Clock& clock_;

  mutable std::mutex mutex_;
  std::condition_variable left_;
  std::size_t begun_ = 0;
  FairLine<EntryPtr> line_;
  std::size_t turns_ = 0;  // TakeTurn in the queue; where none is begun, one for each in line
};

}  // namespace dkimkeeper

#endif  // SERVER_SIGNING_SIGNING_LANE_H_

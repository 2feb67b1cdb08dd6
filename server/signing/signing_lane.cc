#include "server/signing/signing_lane.h"

#include <utility>
#include <vector>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// Of somebody who has more in the line than others.
Error OverShare() {
  Error error = QueueFull().value();
  error.reason = std::string(reason::kOverShare);
  error.message =
      "the line in front of the token is full, and this caller has the most in it; send less at "
      "once, retry later";
  return error;
}

}  // namespace

Outcome SigningLane::Submit(SigningJob job) {
  const auto entry = std::make_shared<Entry>(Entry{std::move(job), clock_.Steady()});
  if (Outcome open = served_.signing.IsOpen(); !open) return open;
  if (FinishLate(*entry)) return {};
  std::unique_lock lock(mutex_);
  const bool next = line_.empty();
  ++begun_;
  lock.unlock();
  if (next && Begin(entry)) return {};
  Outcome joined = Join(entry);
  Leave();
  return joined;
}

Outcome SigningLane::Join(const EntryPtr& entry) {
  std::unique_lock lock(mutex_);
  const auto displaced = line_.PushBack(entry->job.whose, entry);
  const bool alone = line_.parties() == 1;
  lock.unlock();
  if (!displaced) return {};
  if (*displaced != entry) {
    Refuse(**displaced, OverShare());
    return {};
  }
  return alone ? Outcome(QueueFull()) : Outcome(tl::unexpected(OverShare()));
}

bool SigningLane::Begin(const EntryPtr& entry) {
  entry->started = clock_.Steady();
  const SigningJob& job = entry->job;
  return served_.token.BeginSign(
      job.key, job.digest, job.deadline,
      [this, entry](Token::SignBegun begun) { Continue(entry, std::move(begun)); });
}

void SigningLane::Continue(const EntryPtr& entry, Token::SignBegun begun) {
  Advance();
  if (auto* result = std::get_if<Result<std::string>>(&begun)) {
    Finish(*entry, std::move(*result));
  } else {
    MakeAgain(entry, std::get<Token::SignRest>(std::move(begun)));
  }
  Leave();
}

void SigningLane::Advance() {
  std::unique_lock lock(mutex_);
  while (!line_.empty()) {
    const EntryPtr next = line_.PopFront();
    ++begun_;
    lock.unlock();
    const bool late = FinishLate(*next);
    const bool begun = !late && Begin(next);
    lock.lock();
    if (begun) continue;
    --begun_;  // not the last one: whoever advances the line counts too
    if (late) continue;
    line_.PushFront(next->job.whose, next);
    return;
  }
}

void SigningLane::Leave() {
  std::unique_lock lock(mutex_);
  while (begun_ == 1 && line_.size() > turns_) {
    const std::size_t lacking = line_.size() - turns_;
    turns_ += lacking;
    lock.unlock();
    const Outcome queued = served_.signing.SubmitAgain(
        std::vector<std::function<void()>>(lacking, [this] { TakeTurn(); }), Turn::kLast);
    if (!queued) RefuseAll(queued.error());
    lock.lock();
    if (!queued) turns_ -= lacking;
  }
  // With the lock held: without it, this may be gone.
  if (--begun_ == 0) left_.notify_all();
}

void SigningLane::AwaitBegun() {
  std::unique_lock lock(mutex_);
  left_.wait(lock, [this] { return begun_ == 0; });
}

void SigningLane::TakeTurn() {
  std::unique_lock lock(mutex_);
  --turns_;
  if (line_.empty()) return;  // somebody else has begun it
  const EntryPtr entry = line_.PopFront();
  ++begun_;
  lock.unlock();
  const bool late = FinishLate(*entry);
  if (!late && Begin(entry)) return;
  lock.lock();
  const bool attended = begun_ > 1;
  if (!late && attended) line_.PushFront(entry->job.whose, entry);
  lock.unlock();
  Leave();
  if (late || attended) return;
  entry->started = clock_.Steady();
  const SigningJob& job = entry->job;
  Finish(*entry, served_.token.Sign(job.key, job.digest, job.deadline));
}

void SigningLane::MakeAgain(const EntryPtr& entry, Token::SignRest rest) {
  const Outcome queued = served_.signing.SubmitAgain(
      {[this, entry, rest = std::move(rest)] { Finish(*entry, rest()); }}, Turn::kFirst);
  if (!queued) Finish(*entry, tl::unexpected(queued.error()));
}

void SigningLane::Finish(Entry& entry, Result<std::string> result) {
  metrics_.ObserveQueueTime(entry.started - entry.submitted);
  metrics_.ObserveTokenTime(clock_.Steady() - entry.started);
  entry.job.done(std::move(result));
}

void SigningLane::Refuse(Entry& entry, Error error) {
  metrics_.ObserveQueueTime(clock_.Steady() - entry.submitted);
  entry.job.done(tl::unexpected(std::move(error)));
}

void SigningLane::RefuseAll(const Error& error) {
  std::unique_lock lock(mutex_);
  while (!line_.empty()) {
    const EntryPtr entry = line_.PopFront();
    lock.unlock();
    Refuse(*entry, error);
    lock.lock();
  }
}

bool SigningLane::FinishLate(Entry& entry) {
  if (clock_.Steady() < entry.job.deadline) return false;
  Refuse(entry, {Code::kDeadlineExceeded, std::string(reason::kDeadline),
                 "the deadline passed while the request waited for the token; allow more time or "
                 "lower the load"});
  return true;
}

std::size_t SigningLane::Waiting() const {
  const std::lock_guard lock(mutex_);
  // A turn in the queue is for what is in line.
  const std::size_t queued = served_.signing.Waiting();
  return line_.size() + (queued > turns_ ? queued - turns_ : 0);
}

}  // namespace dkimkeeper

#include "server/signing/signing_lane.h"

#include <utility>
#include <vector>

#include "proto/reason.h"

namespace dkimkeeper {

Outcome SigningLane::Submit(SigningJob job) {
  const auto entry = std::make_shared<Entry>(Entry{std::move(job), clock_.Steady()});
  if (Outcome admitted = Admits(); !admitted) return admitted;
  if (FinishLate(*entry) || Enter(entry, Turn::kLast)) return {};
  Outcome queued = served_.signing.Submit([this, entry] { Wait(entry); });
  Leave();
  return queued;
}

void SigningLane::Wait(const EntryPtr& entry) {
  if (FinishLate(*entry) || Enter(entry, Turn::kFirst)) return;
  Leave();
  entry->started = clock_.Steady();
  const SigningJob& job = entry->job;
  Finish(*entry, served_.token.Sign(job.key, job.digest, job.deadline));
}

Outcome SigningLane::Admits() const {
  const std::lock_guard lock(mutex_);
  return served_.signing.Admits(line_.size());
}

bool SigningLane::Enter(const EntryPtr& entry, Turn turn) {
  std::unique_lock lock(mutex_);
  if (line_.empty() || turn == Turn::kFirst) {
    ++begun_;
    lock.unlock();
    if (Begin(entry)) return true;
    lock.lock();
    if (begun_ == 1) return false;
    --begun_;
  }
  line_.insert(turn == Turn::kFirst ? line_.begin() : line_.end(), entry);
  return true;
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
    const EntryPtr next = std::move(line_.front());
    line_.pop_front();
    ++begun_;
    lock.unlock();
    const bool late = FinishLate(*next);
    const bool begun = !late && Begin(next);
    lock.lock();
    if (begun) continue;
    --begun_;  // not the last one: whoever advances the line counts too
    if (late) continue;
    line_.push_front(next);
    return;
  }
}

void SigningLane::Leave() {
  std::unique_lock lock(mutex_);
  while (begun_ == 1 && !line_.empty()) {
    const std::deque<EntryPtr> line = std::exchange(line_, {});
    lock.unlock();
    Enqueue(line);
    lock.lock();
  }
  // With the lock held: without it, this may be gone.
  if (--begun_ == 0) left_.notify_all();
}

void SigningLane::AwaitBegun() {
  std::unique_lock lock(mutex_);
  left_.wait(lock, [this] { return begun_ == 0; });
}

void SigningLane::Enqueue(const std::deque<EntryPtr>& line) {
  std::vector<std::function<void()>> jobs;
  jobs.reserve(line.size());
  for (const EntryPtr& entry : line) jobs.emplace_back([this, entry] { Wait(entry); });
  const Outcome queued = served_.signing.SubmitAgain(std::move(jobs), Turn::kLast);
  if (queued) return;
  for (const EntryPtr& entry : line) Refuse(*entry, queued.error());
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

bool SigningLane::FinishLate(Entry& entry) {
  if (clock_.Steady() < entry.job.deadline) return false;
  Refuse(entry, {Code::kDeadlineExceeded, std::string(reason::kDeadline),
                 "the deadline passed while the request waited for the token; allow more time or "
                 "lower the load"});
  return true;
}

std::size_t SigningLane::Waiting() const {
  const std::lock_guard lock(mutex_);
  return line_.size() + served_.signing.Waiting();
}

}  // namespace dkimkeeper

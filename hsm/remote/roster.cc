#include "hsm/remote/roster.h"

#include <algorithm>
#include <chrono>
#include <tuple>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::chrono::milliseconds kAwayRetry{1000};
constexpr std::chrono::milliseconds kBusyRetry{100};

Error AwayError(const std::string& token, const std::optional<Error>& why) {
  Error error{Code::kUnavailable, std::string(reason::kTokenAway),
              "no worker of token `" + token + "` is ready"};
  error.message += why ? ": " + why->message : "; it is starting";
  error.retry_after = kAwayRetry;
  return error;
}

Error BusyError(const std::string& token) {
  Error error{Code::kResourceExhausted, std::string(reason::kSessionsBusy),
              "all sessions of token `" + token +
                  "` were busy until the deadline; raise `workers` or `sessions` if the token can "
                  "serve more"};
  error.retry_after = kBusyRetry;
  return error;
}

Error StoppedError(const std::string& token) {
  return {Code::kUnavailable, std::string(reason::kShuttingDown),
          "the server is shutting down and asks token `" + token + "` no more; try another one"};
}

Error RefusedError(const Error& why) {
  return {Code::kUnavailable, std::string(reason::kPinRefused), why.message};
}

}  // namespace

Place::~Place() {
  if (desk_ != nullptr) roster_->Leave(*desk_, work_);
}

Roster::Roster(std::string token, std::size_t seats, unsigned sessions, OnState on_state)
    : token_(std::move(token)),
      sessions_(std::max(sessions, 1U)),
      on_state_(std::move(on_state)),
      desks_(seats),
      was_ready_(seats) {
  info_.name = token_;
}

Result<Place> Roster::Take(Work work, Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (std::shared_ptr<Desk> desk = ChooseNow(work)) return Place(*this, std::move(desk), work);
  Waiter waiter{work};
  QueueOf(work).push_back(&waiter);
  waiter.served.wait_until(lock, deadline, [&] { return waiter.desk != nullptr || IsHopeless(); });
  if (waiter.desk != nullptr) return Place(*this, std::move(waiter.desk), work);
  std::erase(QueueOf(work), &waiter);
  return tl::unexpected<Error>(WhyNone());
}

std::optional<Place> Roster::TakeFree(Work work) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Desk> desk = ChooseNow(work);
  if (desk == nullptr) return std::nullopt;
  return Place(*this, std::move(desk), work);
}

std::shared_ptr<Desk> Roster::ChooseNow(Work work) {
  return QueueOf(work).empty() && !stopped_ ? Choose(work) : nullptr;
}

bool Roster::MayTake(const Desk& desk, Work work) const {
  return desk.calls < sessions_ + (work == Work::kAct ? 1 : 0);
}

std::shared_ptr<Desk> Roster::Choose(Work work) {
  // Acts keep together, and signatures keep away from them.
  const auto rank = [work](const Desk& desk) {
    return std::tuple((desk.acts == 0) == (work == Work::kAct), desk.calls);
  };
  const std::shared_ptr<Desk>* best = nullptr;
  for (const std::shared_ptr<Desk>& desk : desks_) {
    if (desk == nullptr || !MayTake(*desk, work)) continue;
    if (best == nullptr || rank(*desk) < rank(**best)) best = &desk;
  }
  if (best == nullptr) return nullptr;
  ++(*best)->calls;
  if (work == Work::kAct) ++(*best)->acts;
  return *best;
}

void Roster::Leave(Desk& desk, Work work) {
  const std::lock_guard lock(mutex_);
  --desk.calls;
  if (work == Work::kAct) --desk.acts;
  ServeWaiting();
}

void Roster::ServeWaiting() {
  for (Queue* queue : {&acts_, &signatures_}) {
    while (!queue->empty()) {
      Waiter& first = *queue->front();
      first.desk = Choose(first.work);
      if (first.desk == nullptr) break;
      queue->pop_front();
      first.served.notify_one();
    }
  }
}

bool Roster::IsRefused() const {
  return ready_ == 0 && start_error_ && start_error_->reason == reason::kPinRefused;
}

void Roster::WakeHopeless() {
  if (!IsHopeless()) return;
  for (Queue* queue : {&acts_, &signatures_}) {
    for (Waiter* waiter : *queue) waiter->served.notify_one();
  }
}

Error Roster::WhyNone() const {
  if (stopped_) return StoppedError(token_);
  if (IsRefused()) return RefusedError(*start_error_);
  return ready_ == 0 ? AwayError(token_, last_error_) : BusyError(token_);
}

void Roster::Open(std::size_t seat, std::shared_ptr<WorkerLink> link, TokenInfo token) {
  {
    const std::lock_guard lock(mutex_);
    desks_[seat] = std::make_shared<Desk>(Desk{std::move(link)});
    if (was_ready_[seat]) ++restarts_;
    was_ready_[seat] = true;
    ++ready_;
    start_error_.reset();
    info_ = std::move(token);
    info_.name = token_;
    ServeWaiting();
    changed_.notify_all();
  }
  TellState();
}

void Roster::Close(std::size_t seat) {
  const std::lock_guard lock(mutex_);
  desks_[seat].reset();
  --ready_;
  WakeHopeless();
}

void Roster::Lost(Error why) {
  {
    const std::lock_guard lock(mutex_);
    last_error_ = std::move(why);
  }
  TellState();
}

void Roster::StartFailed(Error why) {
  {
    const std::lock_guard lock(mutex_);
    last_error_ = why;
    start_error_ = std::move(why);
    WakeHopeless();
    changed_.notify_all();
  }
  TellState();
}

void Roster::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  WakeHopeless();
  changed_.notify_all();
}

Outcome Roster::WaitUntilReady(Deadline deadline) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadline, [this] { return ready_ > 0 || start_error_ || stopped_; });
  if (stopped_) return tl::unexpected<Error>(StoppedError(token_));
  if (ready_ > 0) return {};
  if (IsRefused()) return tl::unexpected<Error>(RefusedError(*start_error_));
  return tl::unexpected<Error>(start_error_ ? *start_error_ : AwayError(token_, last_error_));
}

TokenInfo Roster::Info() const {
  const std::lock_guard lock(mutex_);
  TokenInfo info = info_;
  info.workers = static_cast<unsigned>(desks_.size());
  info.ready_workers = ready_;
  info.restarts = restarts_;
  if (last_error_) info.last_error = last_error_->message;
  return info;
}

void Roster::TellState() {
  if (!on_state_) return;
  const std::lock_guard telling(telling_);
  unsigned ready = 0;
  std::optional<Error> last_error;
  {
    const std::lock_guard lock(mutex_);
    ready = ready_;
    last_error = last_error_;
  }
  on_state_(ready, last_error);
}

}  // namespace dkimkeeper

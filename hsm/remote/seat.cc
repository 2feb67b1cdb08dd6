#include "hsm/remote/seat.h"

#include <csignal>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

std::string Describe(const WorkerEnd& end) {
  if (end.by_us) return "it was ended";
  if (end.signal != 0) return "it was killed by signal " + std::to_string(end.signal);
  return "it exited with status " + std::to_string(end.exit_status);
}

// Nobody dies of SIGKILL by himself.
bool IsCrash(const WorkerEnd& end) { return !end.by_us && end.signal != SIGKILL; }

}  // namespace

Seat::Seat(std::size_t index, SeatSurroundings& around)
    : index_(index), around_(around), policy_(around.restarts), thread_([this] { Run(); }) {}

Seat::~Seat() {
  Stop();
  thread_.join();
}

void Seat::Stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  if (link_ != nullptr) link_->Shut();
  changed_.notify_all();
}

void Seat::Run() {
  std::uniform_real_distribution<double> jitter;
  do {
    Result<TokenInfo> token = Start();
    if (token) {
      Employ(std::move(*token));
    } else if (!IsStopping()) {
      token.error().reason == reason::kPinRefused ? policy_.Refused() : policy_.Failed();
      around_.roster.StartFailed(std::move(token.error()));
    }
  } while (Pause(policy_.Delay(jitter(random_))));
}

Result<TokenInfo> Seat::Start() {
  const std::lock_guard alone(around_.starting);
  if (IsStopping()) return Fail(Code::kUnavailable, reason::kShuttingDown, "it is stopped");
  const Result<StartedWorker> worker = around_.source.Start();
  if (!worker) return Forward(worker);
  number_ = worker->number;
  return AwaitReady(*worker);
}

Result<TokenInfo> Seat::AwaitReady(const StartedWorker& worker) {
  const auto link = std::make_shared<WorkerLink>(worker.socket);
  SetLink(link);
  Result<TokenInfo> token =
      link->AwaitReady(std::chrono::steady_clock::now() + around_.start_limit);
  if (token) return token;
  const WorkerEnd end = around_.source.End(number_);
  SetLink(nullptr);
  token.error().message = "a worker of token `" + around_.token + "` could not start (" +
                          Describe(end) + "): " + token.error().message;
  return token;
}

void Seat::Employ(TokenInfo token) {
  const std::shared_ptr<WorkerLink> link = link_;
  around_.roster.Open(index_, link, std::move(token));
  const std::string why = Serve(*link);
  around_.roster.Close(index_);
  const WorkerEnd end = around_.source.End(number_);
  link->Lose(IsCrash(end) ? Loss::kCrashed : Loss::kKilled);
  SetLink(nullptr);
  if (IsStopping()) return;
  link->answered() > 0 ? policy_.Worked() : policy_.Failed();
  around_.roster.Lost(
      {Code::kUnavailable, std::string(reason::kTokenAway),
       "a worker of token `" + around_.token + "` was lost: " + why + Describe(end)});
}

std::string Seat::Serve(WorkerLink& link) {
  for (;;) {
    switch (link.Listen()) {
      case WorkerLink::Heard::kNothing:
      case WorkerLink::Heard::kAnswer:
        break;
      case WorkerLink::Heard::kAway:
        return "it could not get its token back; ";
      case WorkerLink::Heard::kEnd:
        return "";
      case WorkerLink::Heard::kNonsense:
        return "it sent what is no answer; ";
    }
    if (link.IsHung(std::chrono::steady_clock::now())) return "a call to the module did not end; ";
  }
}

void Seat::SetLink(std::shared_ptr<WorkerLink> link) {
  const std::lock_guard lock(mutex_);
  link_ = std::move(link);
  if (stopping_ && link_ != nullptr) link_->Shut();
}

bool Seat::IsStopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

bool Seat::Pause(std::chrono::milliseconds delay) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, delay, [this] { return stopping_; });
}

}  // namespace dkimkeeper

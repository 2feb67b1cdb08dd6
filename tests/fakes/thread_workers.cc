#include "tests/fakes/thread_workers.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "hsm/wire/codec.h"
#include "hsm/worker/answer_sink.h"
#include "hsm/worker/call_desk.h"
#include "hsm/worker/exit_status.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

const WorkerEnd kSegmentationFault{.signal = SIGSEGV};
const WorkerEnd kKilledByOthers{.signal = SIGKILL};
const WorkerEnd kKilledByUs{.signal = SIGKILL, .by_us = true};

Error Refused() {
  return {Code::kFailedPrecondition, std::string(reason::kPinRefused), "the fake takes no PIN"};
}

void SendBytes(int socket, std::string_view bytes) {
  (void)send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

}  // namespace

struct ThreadWorkers::Worker {
  int socket;  // the worker's end
  CallDesk desk;
  AnswerSink answers;
  std::optional<WorkerEnd> end = {};
  bool ready = false;
  bool reaped = false;
  std::vector<std::thread> threads = {};
};

ThreadWorkers::ThreadWorkers(Token& token, unsigned threads) : token_(token), threads_(threads) {}

ThreadWorkers::~ThreadWorkers() {
  KillAll();
  for (auto& [number, worker] : workers_) {
    for (std::thread& thread : worker->threads) thread.join();
    close(worker->socket);
  }
}

void ThreadWorkers::OnRequest(Script script) {
  const std::lock_guard lock(mutex_);
  script_ = std::move(script);
}

void ThreadWorkers::OnStart(StartScript script) {
  const std::lock_guard lock(mutex_);
  start_script_ = std::move(script);
}

void ThreadWorkers::KillOne() {
  const std::lock_guard lock(mutex_);
  for (auto& [number, worker] : workers_) {
    if (!worker->end) return DieLocked(*worker, kKilledByOthers);
  }
}

void ThreadWorkers::KillAll() {
  const std::lock_guard lock(mutex_);
  for (auto& [number, worker] : workers_) DieLocked(*worker, kKilledByOthers);
}

void ThreadWorkers::WaitUntilHung(unsigned count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return hung_ >= count; });
}

unsigned ThreadWorkers::starts() const {
  const std::lock_guard lock(mutex_);
  return starts_;
}

unsigned ThreadWorkers::starts_at_once() const {
  const std::lock_guard lock(mutex_);
  return starts_at_once_;
}

unsigned ThreadWorkers::logins_allowed() const {
  const std::lock_guard lock(mutex_);
  return logins_allowed_;
}

unsigned ThreadWorkers::unended() const {
  const std::lock_guard lock(mutex_);
  unsigned count = 0;
  for (const auto& [number, worker] : workers_) count += worker->reaped ? 0 : 1;
  return count;
}

Result<StartedWorker> ThreadWorkers::Start() {
  const std::lock_guard lock(mutex_);
  if (pin_refused_) return tl::unexpected<Error>(Refused());
  ++starts_;
  unsigned starting = 1;
  for (const auto& [number, worker] : workers_) starting += worker->ready || worker->reaped ? 0 : 1;
  starts_at_once_ = std::max(starts_at_once_, starting);
  const StartMishap mishap = start_script_ ? start_script_(starts_) : StartMishap::kNone;
  if (mishap == StartMishap::kNoProcess) {
    return Fail(Code::kUnavailable, reason::kTokenAway, "the fake starts no process");
  }
  std::array<int, 2> ends = {};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::runtime_error("no socket pair");
  }
  auto worker =
      std::make_unique<Worker>(Worker{ends[1], CallDesk(token_, {}), AnswerSink(ends[1])});
  Open(*worker, mishap);
  const std::uint64_t number = workers_.size() + 1;
  workers_.emplace(number, std::move(worker));
  return StartedWorker{number, ends[0]};
}

void ThreadWorkers::Open(Worker& worker, StartMishap mishap) {
  switch (mishap) {
    case StartMishap::kNone:
      worker.ready = true;
      worker.answers.Send({0, wire::Ready{token_.Info()}});
      for (unsigned i = 0; i < threads_; ++i) {
        worker.threads.emplace_back([this, &worker] { Serve(worker); });
      }
      return;
    case StartMishap::kSaysError:
      worker.answers.Send({0, Error{Code::kFailedPrecondition, std::string(reason::kTokenNotFound),
                                    "the fake has no such token"}});
      return DieLocked(worker, {.exit_status = kExitStartFailed});
    case StartMishap::kPinRefused:
      worker.answers.Send({0, Refused()});
      pin_refused_ = true;
      return DieLocked(worker, {.exit_status = kExitPinRefused});
    case StartMishap::kCrash:
      return DieLocked(worker, kSegmentationFault);
    case StartMishap::kGarbage:
      return SendBytes(worker.socket, "garbage");
    case StartMishap::kNoProcess:
    case StartMishap::kSilent:
      return;
  }
}

void ThreadWorkers::Serve(Worker& worker) {
  std::string buffer(wire::kMaxPacket, '\0');
  for (;;) {
    const ssize_t size = recv(worker.socket, buffer.data(), buffer.size(), 0);
    if (size <= 0) return Die(worker, {.exit_status = kExitEndOfFile, .by_us = true});
    if (!Handle(worker, {buffer.data(), static_cast<std::size_t>(size)})) return;
  }
}

bool ThreadWorkers::Handle(Worker& worker, std::string_view packet) {
  const Result<wire::Request> request = wire::DecodeRequest(packet);
  if (!request) {
    Die(worker, {.exit_status = kExitBadFrame});
    return false;
  }
  Mishap mishap = Mishap::kNone;
  {
    const std::lock_guard lock(mutex_);
    if (worker.end) return false;  // the dead do nothing
    if (script_) mishap = script_(request->call);
  }
  if (mishap != Mishap::kNone) return Suffer(worker, *request, mishap);
  worker.desk.Handle(*request, [&](wire::Answer answer) {
    worker.answers.Send({request->number, std::move(answer)});
  });
  return true;
}

bool ThreadWorkers::Suffer(Worker& worker, const wire::Request& request, Mishap mishap) {
  const auto die = [&](const WorkerEnd& end) {
    Die(worker, end);
    return false;
  };
  const auto answer = [&](std::uint64_t number, wire::Answer said) {
    worker.answers.Send({number, std::move(said)});
    return true;
  };
  switch (mishap) {
    case Mishap::kNone:
      return true;
    case Mishap::kCrash:
      return die(kSegmentationFault);
    case Mishap::kCrashAfterwards:
      worker.desk.Handle(request, [](const wire::Answer&) {});
      return die(kSegmentationFault);
    case Mishap::kExit:
      return die({.exit_status = 1});
    case Mishap::kKilled:
      return die(kKilledByOthers);
    case Mishap::kEndOfFile:
      shutdown(worker.socket, SHUT_RDWR);
      return false;
    case Mishap::kHang:
      Hang(worker);
      return false;
    case Mishap::kAway:
      return answer(request.number, Error{Code::kUnavailable, std::string(reason::kTokenAway),
                                          "the fake's token is away"});
    case Mishap::kLate:
      return answer(request.number, Error{Code::kDeadlineExceeded, std::string(reason::kDeadline),
                                          "the fake was too slow"});
    case Mishap::kGarbage:
      SendBytes(worker.socket, "garbage");
      return true;
    case Mishap::kOversized:
      SendBytes(worker.socket, std::string(wire::kMaxPacket + 1, '\1'));
      return true;
    case Mishap::kUnknownNumber:
      return answer(request.number + 1000, wire::Done{});
    case Mishap::kWrongKind:
      return answer(request.number, wire::Ready{});
    case Mishap::kEmptyParts:
      return answer(request.number, wire::KeysPart{});
  }
  return true;
}

void ThreadWorkers::Hang(Worker& worker) {
  std::unique_lock lock(mutex_);
  ++hung_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return worker.end.has_value(); });
  --hung_;
}

void ThreadWorkers::Die(Worker& worker, WorkerEnd end) {
  const std::lock_guard lock(mutex_);
  DieLocked(worker, end);
}

void ThreadWorkers::DieLocked(Worker& worker, WorkerEnd end) {
  if (worker.end) return;
  worker.end = end;
  shutdown(worker.socket, SHUT_RDWR);
  changed_.notify_all();
}

WorkerEnd ThreadWorkers::End(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  Worker& worker = *workers_.at(number);
  if (std::exchange(worker.reaped, true)) throw std::logic_error("a worker was ended twice");
  DieLocked(worker, kKilledByUs);
  return *worker.end;
}

void ThreadWorkers::AllowLogin() {
  const std::lock_guard lock(mutex_);
  ++logins_allowed_;
  pin_refused_ = false;
}

}  // namespace dkimkeeper

#include "hsm/remote/worker_link.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>
#include <vector>

#include "hsm/wire/codec.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// How late a hung call may be noticed.
constexpr timeval kListen{.tv_sec = 0, .tv_usec = 100'000};

// For a worker that has said why it cannot start.
constexpr std::chrono::seconds kExitTime{1};

Error AwayError(std::string message) {
  return {Code::kUnavailable, std::string(reason::kTokenAway), std::move(message)};
}

Error SendError(int error) {
  if (error == EAGAIN || error == EWOULDBLOCK) {
    return {Code::kResourceExhausted, std::string(reason::kQueueFull),
            "a token worker does not read fast enough what it is sent; try again"};
  }
  return {Code::kInternal, std::string(reason::kInternal),
          "a call could not be sent to a token worker: " +
              std::error_code(error, std::generic_category()).message()};
}

// A caller who waits.
class Waiter {
 public:
  void Tell(std::optional<Fate> fate) {
    {
      const std::lock_guard lock(mutex_);
      fate_ = std::move(fate);
      told_ = true;
    }
    changed_.notify_one();
  }
  [[nodiscard]] std::optional<Fate> Wait(Deadline patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, patience, [this] { return told_; });
    return std::move(fate_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool told_ = false;
  std::optional<Fate> fate_;
};

}  // namespace

WorkerLink::WorkerLink(int socket) : socket_(socket), buffer_(wire::kMaxPacket, '\0') {
  // Fails on what is no socket only; then receiving says so.
  (void)setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kListen, sizeof(kListen));
}

WorkerLink::~WorkerLink() { close(socket_); }

Result<bool> WorkerLink::Post(wire::Request& request, const CallTimes& times, Place place,
                              Exchange::Told told) {
  const std::uint64_t number = ++last_number_;
  request.number = number;
  request.deadline = times.worker;
  const Result<std::string> packet = wire::Encode(request);
  if (!packet) return Forward(packet);
  auto exchange =
      std::make_unique<Exchange>(request.call, times, std::move(place), std::move(told));
  if (!Add(number, std::move(exchange))) return false;

  // From here on `request` belongs to whoever is told.
  const int error = Send(*packet);
  std::unique_ptr<Exchange> back = AfterSending(number, error == 0);
  if (back == nullptr) return true;
  if (error == EPIPE || error == ECONNRESET) return false;
  if (error != 0) return tl::unexpected<Error>(SendError(error));
  Exchange::End(std::move(back), *lost_);
  return true;
}

std::optional<Fate> WorkerLink::Ask(wire::Request& request, const CallTimes& times, Place place) {
  const auto waiter = std::make_shared<Waiter>();
  Result<bool> sent = Post(request, times, std::move(place),
                           [waiter](std::optional<Fate> fate) { waiter->Tell(std::move(fate)); });
  if (!sent) return Fate(wire::Answer(std::move(sent.error())));
  if (*sent) return waiter->Wait(times.caller);
  // Nobody else is sent here once the end was heard: earlier, the call would come back at once.
  std::unique_lock lock(mutex_);
  if (!ended_.wait_until(lock, times.caller, [this] { return lost_.has_value(); })) {
    return std::nullopt;
  }
  return Fate(Loss::kNotSent);
}

bool WorkerLink::Add(std::uint64_t number, std::unique_ptr<Exchange> exchange) {
  const std::lock_guard lock(mutex_);
  if (lost_) return false;
  in_flight_.emplace(number, std::move(exchange));
  return true;
}

std::unique_ptr<Exchange> WorkerLink::AfterSending(std::uint64_t number, bool sent) {
  const std::lock_guard lock(mutex_);
  if (!sent || lost_) return TakeOut(number);
  const auto call = in_flight_.find(number);
  if (call != in_flight_.end()) call->second->MarkSent();
  return nullptr;
}

std::unique_ptr<Exchange> WorkerLink::TakeOut(std::uint64_t number) {
  auto call = in_flight_.extract(number);
  return call.empty() ? nullptr : std::move(call.mapped());
}

int WorkerLink::Send(std::string_view packet) const {
  for (;;) {
    const ssize_t sent = send(socket_, packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return 0;
    if (errno != EINTR) return errno;
  }
}

void WorkerLink::Shut() { shutdown(socket_, SHUT_RDWR); }

WorkerLink::Packet WorkerLink::Receive() {
  // MSG_TRUNC: the length that was sent, though the buffer be shorter.
  const ssize_t size = recv(socket_, buffer_.data(), buffer_.size(), MSG_TRUNC);
  if (size < 0) {
    const bool quiet = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return {quiet ? Heard::kNothing : Heard::kEnd};
  }
  if (size == 0) return {Heard::kEnd};
  if (static_cast<std::size_t>(size) > buffer_.size()) return {Heard::kNonsense};
  return {Heard::kAnswer, std::string_view(buffer_.data(), static_cast<std::size_t>(size))};
}

WorkerLink::Heard WorkerLink::Listen() {
  const Packet packet = Receive();
  if (packet.heard != Heard::kAnswer) return packet.heard;
  Result<wire::Response> response = wire::DecodeResponse(packet.bytes);
  if (!response) return Heard::kNonsense;
  return Deliver(std::move(*response));
}

WorkerLink::Heard WorkerLink::Deliver(wire::Response response) {
  std::unique_ptr<Exchange> ended;
  {
    const std::lock_guard lock(mutex_);
    const auto call = in_flight_.find(response.number);
    if (call == in_flight_.end() || call->second->answer()) return Heard::kNonsense;
    switch (call->second->Accept(std::move(response.answer))) {
      case Exchange::Progress::kForeign:
        return Heard::kNonsense;
      case Exchange::Progress::kMore:
        return Heard::kAnswer;
      case Exchange::Progress::kDone:
        break;
    }
    // Its caller is told when nobody is sent here any more: it would come back at once.
    if (SaysTokenAway(*call->second->answer())) return Heard::kAway;
    ended = TakeOut(response.number);
  }
  ++answered_;
  Exchange::End(std::move(ended), Loss::kKilled);
  return Heard::kAnswer;
}

Result<TokenInfo> WorkerLink::AwaitReady(Deadline deadline) {
  Packet packet{Heard::kNothing};
  while (packet.heard == Heard::kNothing) {
    if (std::chrono::steady_clock::now() >= deadline) {
      return tl::unexpected<Error>(AwayError("it was not ready in time"));
    }
    packet = Receive();
  }
  if (packet.heard == Heard::kEnd) return tl::unexpected<Error>(AwayError("it ended"));
  Result<wire::Response> first = wire::DecodeResponse(packet.bytes);
  if (first && first->number == 0) {
    if (auto* ready = std::get_if<wire::Ready>(&first->answer)) return std::move(ready->token);
    if (auto* error = std::get_if<Error>(&first->answer)) {
      AwaitEnd(std::chrono::steady_clock::now() + kExitTime);
      return tl::unexpected<Error>(std::move(*error));
    }
  }
  return tl::unexpected<Error>(AwayError("its first message was not understood"));
}

void WorkerLink::AwaitEnd(Deadline deadline) {
  while (Receive().heard != Heard::kEnd && std::chrono::steady_clock::now() < deadline) {
  }
}

bool WorkerLink::IsHung(Deadline now) {
  std::vector<Exchange::Told> late;
  bool hung = false;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, exchange] : in_flight_) {
      hung = exchange->IsOverdue(now) || hung;
      if (Exchange::Told told = exchange->TakeLate(now)) late.push_back(std::move(told));
    }
  }
  for (const Exchange::Told& told : late) told(std::nullopt);
  return hung;
}

void WorkerLink::Lose(Loss loss) {
  std::vector<std::unique_ptr<Exchange>> ended;
  {
    const std::lock_guard lock(mutex_);
    lost_ = loss;
    for (auto& [number, exchange] : in_flight_) {
      if (exchange->sent()) ended.push_back(std::move(exchange));
    }
    // The others are on their way out of Post.
    std::erase_if(in_flight_, [](const auto& call) { return call.second == nullptr; });
  }
  ended_.notify_all();
  for (std::unique_ptr<Exchange>& exchange : ended) Exchange::End(std::move(exchange), loss);
}

}  // namespace dkimkeeper

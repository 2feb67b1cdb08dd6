#include "hsm/remote/worker_link.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

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

}  // namespace

WorkerLink::WorkerLink(int socket) : socket_(socket), buffer_(wire::kMaxPacket, '\0') {
  // Fails on what is no socket only; then receiving says so.
  (void)setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kListen, sizeof(kListen));
}

WorkerLink::~WorkerLink() { close(socket_); }

std::optional<Fate> WorkerLink::Ask(wire::Request& request, const CallTimes& times,
                                    Deadline patience, Place place) {
  request.number = ++last_number_;
  request.deadline = times.worker;
  const Result<std::string> packet = wire::Encode(request);
  if (!packet) return Fate(wire::Answer(packet.error()));
  const auto exchange = std::make_shared<Exchange>(request.call, times.limit, std::move(place));
  if (!Add(request.number, exchange)) return Fate(Loss::kNotSent);

  const int error = Send(*packet);
  std::unique_lock lock(mutex_);
  if (error == EPIPE || error == ECONNRESET) {
    exchange->NotSent();  // the end will be heard
  } else if (error != 0) {
    in_flight_.erase(request.number);
    return Fate(wire::Answer(SendError(error)));
  }
  return exchange->Wait(lock, patience);
}

bool WorkerLink::Add(std::uint64_t number, std::shared_ptr<Exchange> exchange) {
  const std::lock_guard lock(mutex_);
  if (!lost_) in_flight_.emplace(number, std::move(exchange));
  return !lost_;
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
  // Outlives the lock: the place at this worker may be given back here.
  std::shared_ptr<Exchange> ended;
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
  has_worked_ = true;
  ended = std::move(call->second);
  in_flight_.erase(call);
  ended->Finish(Loss::kKilled);
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
  const std::lock_guard lock(mutex_);
  bool hung = false;
  for (const auto& [number, exchange] : in_flight_) hung = exchange->IsOverdue(now) || hung;
  return hung;
}

void WorkerLink::Lose(Loss loss) {
  // Outlives the lock: places at this worker may be given back here.
  std::unordered_map<std::uint64_t, std::shared_ptr<Exchange>> ended;
  const std::lock_guard lock(mutex_);
  lost_ = true;
  ended.swap(in_flight_);
  for (const auto& [number, exchange] : ended) exchange->Finish(loss);
}

}  // namespace dkimkeeper

#include "hsm/worker/worker_server.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "hsm/wire/codec.h"
#include "proto/reason.h"

namespace dkimkeeper {

WorkerServer::WorkerServer(Token& token, int socket, unsigned threads, DestructionRule destruction)
    : desk_(token, std::move(destruction)), socket_(socket), answers_(socket) {
  answers_.Send({0, wire::Ready{token.Info()}});
  threads_.reserve(threads);
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { Serve(); });
}

WorkerServer::~WorkerServer() { shutdown(socket_, SHUT_RDWR); }

WorkerServer::End WorkerServer::WaitForEnd() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return end_.has_value(); });
  return *end_;
}

void WorkerServer::Serve() {
  std::string buffer(wire::kMaxPacket, '\0');
  while (const std::optional<std::string_view> packet = Receive(buffer)) {
    const Result<wire::Request> request = wire::DecodeRequest(*packet);
    if (!request) return Finish(End::kBadFrame);
    Answer(*request);
  }
  Finish(End::kEndOfFile);
}

void WorkerServer::Answer(const wire::Request& request) {
  bool pin_refused = false;
  desk_.Handle(request, [&](wire::Answer answer) {
    const Error* error = std::get_if<Error>(&answer);
    pin_refused = error != nullptr && error->reason == reason::kPinRefused;
    answers_.Send({request.number, std::move(answer)});
  });
  if (pin_refused) Finish(End::kPinRefused);
}

std::optional<std::string_view> WorkerServer::Receive(std::string& buffer) const {
  for (;;) {
    // MSG_TRUNC: the length that was sent, though the buffer be shorter.
    const ssize_t size = recv(socket_, buffer.data(), buffer.size(), MSG_TRUNC);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::nullopt;
    // Nothing is no request either.
    if (static_cast<std::size_t>(size) > buffer.size()) return std::string_view();
    return std::string_view(buffer.data(), static_cast<std::size_t>(size));
  }
}

void WorkerServer::Finish(End end) {
  {
    const std::lock_guard lock(mutex_);
    if (!end_) end_ = end;
  }
  ended_.notify_all();
  shutdown(socket_, SHUT_RDWR);  // wakes the other threads
}

}  // namespace dkimkeeper

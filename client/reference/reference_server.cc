#include "client/reference/reference_server.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <iterator>
#include <utility>

#include "client/reference/packet_codec.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// Places among what is polled.
constexpr std::size_t kBell = 0;
constexpr std::size_t kListener = 1;
constexpr std::size_t kFirstConnection = 2;
// How long nothing is accepted after a refusal, in milliseconds: it would be refused again at once.
constexpr int kRest = 500;

// An answer goes into the buffer of the socket; who leaves no room there is not waited for.
void LimitAnswering(int socket) {
  constexpr timeval kLimit{.tv_sec = 1, .tv_usec = 0};
  (void)::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &kLimit, sizeof(kLimit));
}

pollfd Watched(int descriptor) { return {.fd = descriptor, .events = POLLIN, .revents = 0}; }

Result<FoundKey> Find(ReferenceDesk& desk, const Peer& peer, const FindCall& call,
                      std::chrono::milliseconds patience) {
  auto domain = Domain::Parse(call.domain);
  if (!domain) return Forward(domain);
  return desk.Find(peer, {*std::move(domain), call.which}, patience);
}

Result<std::string> Sign(ReferenceDesk& desk, const Peer& peer, const SignCall& call,
                         std::chrono::milliseconds patience) {
  auto domain = Domain::Parse(call.reference.domain());
  if (!domain) return Forward(domain);
  return desk.Sign(
      peer, {*std::move(domain), call.reference.selector(), call.algorithm, call.digest}, patience);
}

}  // namespace

Result<std::unique_ptr<ReferenceServer>> ReferenceServer::Start(Descriptor listener,
                                                                ReferenceDesk& desk,
                                                                ReferenceServerOptions options) {
  Descriptor bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!bell.IsOpen()) {
    return Fail(Code::kFailedPrecondition, reason::kBadConfig,
                "the socket for local programs cannot be served: no more files may be open; "
                "raise LimitNOFILE");
  }
  return std::unique_ptr<ReferenceServer>(
      new ReferenceServer(std::move(listener), std::move(bell), desk, options));
}

ReferenceServer::ReferenceServer(Descriptor listener, Descriptor bell, ReferenceDesk& desk,
                                 ReferenceServerOptions options)
    : options_(options), desk_(desk), listener_(std::move(listener)), bell_(std::move(bell)) {
  threads_.emplace_back([this] { Watch(); });
  for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Work(); });
}

ReferenceServer::~ReferenceServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  Ring();
  asked_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ReferenceServer::Ring() { (void)::eventfd_write(bell_.number(), 1); }

void ReferenceServer::Watch() {
  Quiet quiet;
  while (AwaitSomething(quiet)) {
  }
}

// One round: takes back what was answered, waits, hands on what is asked, accepts. False: stop.
bool ReferenceServer::AwaitSomething(Quiet& quiet) {
  std::vector<pollfd> watched{Watched(bell_.number()), Watched(listener_.number())};
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    std::move(answered_.begin(), answered_.end(), std::back_inserter(quiet.connections));
    answered_.clear();
    // poll(2) passes over what is negative.
    if (quiet.refused || open_ >= options_.connections) watched[kListener].fd = -1;
  }
  for (const Connection& connection : quiet.connections) {
    watched.push_back(Watched(connection.socket.number()));
  }
  const int ready = ::poll(watched.data(), watched.size(), quiet.refused ? kRest : -1);
  quiet.refused = false;
  if (ready < 0) return true;
  eventfd_t rings = 0;
  if (watched[kBell].revents != 0) (void)::eventfd_read(bell_.number(), &rings);
  HandOn(quiet, std::span<const pollfd>(watched).subspan(kFirstConnection));
  if (watched[kListener].revents != 0) Accept(quiet);
  return true;
}

void ReferenceServer::HandOn(Quiet& quiet, std::span<const pollfd> watched) {
  std::vector<Connection> still;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < watched.size(); ++i) {
    Connection& connection = quiet.connections[i];
    if (watched[i].revents == 0) {
      still.push_back(std::move(connection));
    } else {
      asking_.push_back(std::move(connection));
      asked_.notify_one();
    }
  }
  quiet.connections = std::move(still);
}

void ReferenceServer::Accept(Quiet& quiet) {
  Descriptor socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
  quiet.refused = !socket.IsOpen();
  if (quiet.refused) return;
  auto peer = PeerOf(socket);
  if (!peer) return;
  LimitAnswering(socket.number());
  quiet.connections.push_back({std::move(socket), *std::move(peer)});
  const std::lock_guard lock(mutex_);
  ++open_;
}

void ReferenceServer::Work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    asked_.wait(lock, [this] { return stopping_ || !asking_.empty(); });
    if (stopping_) return;
    Connection connection = std::move(asking_.front());
    asking_.pop_front();
    lock.unlock();
    const bool goes_on = Serve(connection);
    lock.lock();
    if (goes_on) {
      answered_.push_back(std::move(connection));
    } else {
      --open_;
    }
    lock.unlock();
    Ring();
  }
}

// Reads one call and answers it. False: the connection is at its end, or not worth keeping.
bool ReferenceServer::Serve(const Connection& connection) {
  const int socket = connection.socket.number();
  std::string packet(kMaxReferencePacket, '\0');
  const ssize_t size = ::recv(socket, packet.data(), packet.size(), MSG_TRUNC | MSG_DONTWAIT);
  if (size <= 0 || static_cast<std::size_t>(size) > packet.size()) return false;
  packet.resize(static_cast<std::size_t>(size));
  const auto answer = EncodeAnswer(Answer(connection.peer, packet));
  return answer && ::send(socket, answer->data(), answer->size(), MSG_NOSIGNAL) >= 0;
}

ReferenceAnswer ReferenceServer::Answer(const Peer& peer, const std::string& packet) {
  const auto request = DecodeRequest(packet);
  if (!request) return request.error();
  if (const auto* find = std::get_if<FindCall>(&request->call)) {
    auto key = Find(desk_, peer, *find, request->patience);
    if (!key) return key.error();
    return *std::move(key);
  }
  auto bytes = Sign(desk_, peer, std::get<SignCall>(request->call), request->patience);
  if (!bytes) return bytes.error();
  return RawSignature{*std::move(bytes)};
}

}  // namespace dkimkeeper

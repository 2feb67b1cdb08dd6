#include "hsm/worker/answer_sink.h"

#include <sys/socket.h>

#include <cerrno>
#include <string>

#include "hsm/wire/codec.h"

namespace dkimkeeper {

void AnswerSink::Send(const wire::Response& response) const {
  Result<std::string> packet = wire::Encode(response);
  if (!packet) packet = wire::Encode(wire::Response{response.number, std::move(packet.error())});
  if (!packet) return;
  while (send(socket_, packet->data(), packet->size(), MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

}  // namespace dkimkeeper

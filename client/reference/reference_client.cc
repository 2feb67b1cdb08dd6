#include "client/reference/reference_client.h"

#include <utility>

#include "client/reference/agent_socket.h"
#include "client/reference/packet_codec.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> WrongAnswer() {
  return Fail(Code::kInvalidArgument, reason::kBadFrame,
              "the agent answered another question; both must be of one version");
}

}  // namespace

// A connection from the shelf may be one whose agent is gone; a new one is not.
Result<std::string> ReferenceClient::Exchange(const std::string& packet) {
  const AgentDeadline deadline = std::chrono::steady_clock::now() + options_.limit;
  for (;;) {
    Descriptor connection = shelf_.Take();
    const bool used = connection.IsOpen();
    if (!used) {
      auto opened = ConnectToAgent(options_.socket, deadline);
      if (!opened) return Forward(opened);
      connection = *std::move(opened);
    }
    auto answer = AskAgent(connection, packet, deadline);
    if (answer) shelf_.Put(std::move(connection));
    if (answer || !used || answer.error().reason != reason::kAgentAway) return answer;
  }
}

Result<ReferenceAnswer> ReferenceClient::Ask(std::variant<FindCall, SignCall> call) {
  const auto packet = EncodeRequest({options_.limit, std::move(call)});
  if (!packet) return Forward(packet);
  const auto answer = Exchange(*packet);
  if (!answer) return Forward(answer);
  auto decoded = DecodeAnswer(*answer);
  if (!decoded) return decoded;
  if (auto* error = std::get_if<Error>(&*decoded)) return tl::unexpected(std::move(*error));
  return decoded;
}

Result<FoundKey> ReferenceClient::Find(const FindCall& call) {
  auto answer = Ask(call);
  if (!answer) return Forward(answer);
  if (auto* key = std::get_if<FoundKey>(&*answer)) return std::move(*key);
  return WrongAnswer();
}

Result<std::string> ReferenceClient::Sign(const SignCall& call) {
  auto answer = Ask(call);
  if (!answer) return Forward(answer);
  if (auto* signature = std::get_if<RawSignature>(&*answer)) return std::move(signature->bytes);
  return WrongAnswer();
}

}  // namespace dkimkeeper

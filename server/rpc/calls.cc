#include "server/rpc/calls.h"

#include <array>
#include <utility>

#include "proto/grpc_status.h"

namespace dkimkeeper {
namespace {

// Indexed by grpc::StatusCode.
constexpr std::array<std::string_view, 17> kCodeNames{
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

std::string_view CodeName(grpc::StatusCode code) {
  const auto index = static_cast<std::size_t>(code);
  return index < kCodeNames.size() ? kCodeNames[index] : "UNKNOWN";
}

}  // namespace

grpc::ServerUnaryReactor* Calls::Answer(grpc::CallbackServerContext* context,
                                        std::string_view method, const Outcome& outcome) const {
  auto* reactor = context->DefaultReactor();
  Finish(*reactor, method, outcome);
  return reactor;
}

grpc::ServerUnaryReactor* Calls::AnswerNow(grpc::CallbackServerContext* context,
                                           std::string_view method, const Work& work) const {
  const auto caller = Caller(*context);
  return Answer(context, method, caller ? work(*caller) : Outcome(Forward(caller)));
}

grpc::ServerUnaryReactor* Calls::AnswerLater(grpc::CallbackServerContext* context,
                                             std::string_view method, WorkQueue& queue,
                                             Work work) const {
  const auto caller = Caller(*context);
  if (!caller) return Answer(context, method, Forward(caller));
  auto* reactor = context->DefaultReactor();
  const auto submitted =
      queue.Submit([this, reactor, method, caller = *caller, work = std::move(work)] {
        Finish(*reactor, method, work(caller));
      });
  if (!submitted) Finish(*reactor, method, submitted);
  return reactor;
}

void Calls::Finish(grpc::ServerUnaryReactor& reactor, std::string_view method,
                   const Outcome& outcome) const {
  const grpc::Status status = outcome ? grpc::Status::OK : ToGrpcStatus(outcome.error());
  Count(method, status);
  reactor.Finish(status);
}

void Calls::Count(std::string_view method, const grpc::Status& status) const {
  metrics_.CountRequest(method, CodeName(status.error_code()));
}

}  // namespace dkimkeeper

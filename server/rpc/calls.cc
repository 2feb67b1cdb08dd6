#include "server/rpc/calls.h"

#include <google/protobuf/descriptor.h>

#include <array>
#include <utility>

#include "proto/grpc_status.h"
#include "server/rpc/approval_gate.h"

namespace dkimkeeper {
namespace {

// Indexed by grpc::StatusCode.
constexpr std::array<std::string_view, 17> kCodeNames{
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

constexpr std::string_view kForMailHosts = "Signing.";
constexpr std::string_view kAsked = "asked";
constexpr std::string_view kOk = "ok";

// Every change carries a request_id (mutation.h), and nothing else does.
bool IsChange(std::string_view method) {
  const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      "dkimkeeper.v1." + std::string(method));
  return found == nullptr || found->input_type()->FindFieldByName("request_id") != nullptr;
}

std::string_view CodeName(grpc::StatusCode code) {
  const auto index = static_cast<std::size_t>(code);
  return index < kCodeNames.size() ? kCodeNames[index] : "UNKNOWN";
}

}  // namespace

Result<Caller> Calls::WhoCalls(const grpc::CallbackServerContext& context) const {
  auto identity = callers_.Identify(context);
  if (!identity) return Forward(identity);
  return Caller(*std::move(identity), callers_.AddressOf(context), ToTimestamp(clock_.Now()));
}

grpc::ServerUnaryReactor* Calls::Answer(grpc::CallbackServerContext* context,
                                        std::string_view method, const Outcome& outcome) const {
  auto* reactor = context->DefaultReactor();
  End(*reactor, BeginBy(method, WhoCalls(*context)), outcome);
  return reactor;
}

grpc::ServerUnaryReactor* Calls::AnswerNow(grpc::CallbackServerContext* context,
                                           std::string_view method, const Work& work) const {
  const auto caller = WhoCalls(*context);
  const Begun begun = BeginBy(method, caller);
  auto* reactor = context->DefaultReactor();
  End(*reactor, begun, caller ? work(*caller) : Outcome(Forward(caller)));
  return reactor;
}

grpc::ServerUnaryReactor* Calls::AnswerLater(grpc::CallbackServerContext* context,
                                             std::string_view method, WorkQueue& queue,
                                             Work work) const {
  const auto caller = WhoCalls(*context);
  if (!caller) return Answer(context, method, Forward(caller));
  const Begun begun = BeginBy(method, caller);
  auto* reactor = context->DefaultReactor();
  if (IsChange(method)) {
    Change(*reactor, begun, *caller, queue, work);
    return reactor;
  }
  const auto submitted =
      queue.Submit([this, reactor, begun, caller = *caller, work = std::move(work)] {
        End(*reactor, begun, work(caller));
      });
  if (!submitted) End(*reactor, begun, submitted);
  return reactor;
}

grpc::ServerUnaryReactor* Calls::AnswerGuarded(grpc::CallbackServerContext* context,
                                               std::string_view method, WorkQueue& queue,
                                               const google::protobuf::Message& request,
                                               Work work) const {
  return AnswerLater(context, method, queue,
                     [this, method, &request, work = std::move(work)](const Caller& caller) {
                       auto passed = approvals_.Pass(caller, method, request);
                       return passed ? work(caller) : passed;
                     });
}

void Calls::Change(grpc::ServerUnaryReactor& reactor, const Begun& begun, const Caller& caller,
                   WorkQueue& queue, const Work& work) const {
  audit_.Append(EntryOf(begun, kAsked, {}), AuditLog::Awaited::kAct,
                [this, &reactor, begun, caller, &queue, work](const Outcome& written) {
                  if (!written) return End(reactor, begun, written);
                  const auto submitted = queue.Submit([this, &reactor, begun, caller, work] {
                    EndChange(reactor, begun, work(caller));
                  });
                  if (!submitted) End(reactor, begun, submitted);
                });
}

Calls::Begun Calls::BeginBy(std::string_view method, const Result<Caller>& caller) const {
  return {method, caller ? caller->str() : std::string(), clock_.Steady()};
}

AuditEntry Calls::EntryOf(const Begun& begun, std::string_view result, std::string detail) const {
  using std::chrono::microseconds;
  const auto latency = std::chrono::duration_cast<microseconds>(clock_.Steady() - begun.at);
  return {.at = std::chrono::floor<microseconds>(clock_.Now()),
          .identity = begun.identity,
          .act = std::string(begun.method),
          .result = std::string(result),
          .latency_microseconds = static_cast<std::uint32_t>(latency.count()),
          .detail = std::move(detail)};
}

AuditEntry Calls::EndOf(const Begun& begun, const Outcome& outcome) const {
  return outcome ? EntryOf(begun, kOk, {})
                 : EntryOf(begun, outcome.error().reason, outcome.error().message);
}

void Calls::Record(const Begun& begun, const Outcome& outcome) const {
  if (!outcome || !begun.method.starts_with(kForMailHosts)) audit_.Append(EndOf(begun, outcome));
  Count(begun, outcome);
}

void Calls::Count(const Begun& begun, const Outcome& outcome) const {
  if (outcome) return;
  activity_.NoteRefusal(begun.identity, outcome.error().reason, ToTimestamp(clock_.Now()));
}

void Calls::End(grpc::ServerUnaryReactor& reactor, const Begun& begun,
                const Outcome& outcome) const {
  Record(begun, outcome);
  Finish(reactor, begun.method, outcome);
}

void Calls::EndChange(grpc::ServerUnaryReactor& reactor, const Begun& begun,
                      const Outcome& outcome) const {
  audit_.Append(EndOf(begun, outcome), AuditLog::Awaited::kAct,
                [this, &reactor, begun, outcome](const Outcome& written) {
                  // It is done: the caller hears how it went, and the record follows.
                  if (!written) return End(reactor, begun, outcome);
                  Count(begun, outcome);
                  Finish(reactor, begun.method, outcome);
                });
}

void Calls::Finish(grpc::ServerUnaryReactor& reactor, std::string_view method,
                   const Outcome& outcome) const {
  const grpc::Status status = outcome ? grpc::Status::OK : ToGrpcStatus(outcome.error());
  Count(method, status);
  reactor.Finish(status);
}

void Calls::Refuse(std::string_view method, const Result<Caller>& caller,
                   const Error& error) const {
  Record(BeginBy(method, caller), tl::unexpected(error));
}

void Calls::Count(std::string_view method, const grpc::Status& status) const {
  metrics_.CountRequest(method, CodeName(status.error_code()));
}

}  // namespace dkimkeeper

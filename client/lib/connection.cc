#include "client/lib/connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include "client/lib/certificate_files.h"
#include "client/lib/channel.h"
#include "client/lib/check_options.h"
#include "client/lib/diagnosis.h"
#include "client/lib/signing_messages.h"
#include "proto/grpc_status.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;

// gRPC's words for a deadline that passed on this side; a server that gives up has its own.
constexpr std::string_view kDeadlineOfGrpc = "Deadline Exceeded";

Endpoint MakeEndpoint(const std::shared_ptr<grpc::Channel>& channel) {
  return {.signing = v1::Signing::NewStub(channel),
          .domains = v1::Domains::NewStub(channel),
          .keys = v1::Keys::NewStub(channel),
          .access = v1::Access::NewStub(channel),
          .status = v1::Status::NewStub(channel),
          .tokens = v1::Tokens::NewStub(channel),
          .rotation = v1::Rotation::NewStub(channel),
          .dns = v1::Dns::NewStub(channel),
          .approvals = v1::Approvals::NewStub(channel)};
}

// A span: gRPC counts it from now on its own monotonic clock.
gpr_timespec Within(milliseconds budget) {
  return gpr_time_from_millis(budget.count(), GPR_TIMESPAN);
}

}  // namespace

Result<std::shared_ptr<Connection>> Connection::Open(ClientOptions options,
                                                     std::shared_ptr<Pace> pace) {
  if (Outcome checked = CheckOptions(options); !checked) return Forward(checked);
  if (!std::all_of(options.servers.begin(), options.servers.end(), IsUnixAddress)) {
    const Outcome files =
        CheckCertificateFiles(options.ca_file, options.cert_file, options.key_file);
    if (!files) return Forward(files);
  }
  return std::shared_ptr<Connection>(new Connection(std::move(options), std::move(pace)));
}

Connection::Connection(ClientOptions options, std::shared_ptr<Pace> pace)
    : options_(std::move(options)), pace_(pace), failover_(options_.servers, std::move(pace)) {
  const ChannelFactory factory(options_);
  for (const std::string& address : options_.servers) {
    endpoints_.push_back(MakeEndpoint(factory.Make(address)));
  }
}

Outcome Connection::Call(Repeat repeat, milliseconds deadline, const Attempt& attempt) {
  return failover_.Call(std::min(deadline, options_.deadline), repeat,
                        [&](std::size_t index, milliseconds budget) -> Outcome {
                          grpc::ClientContext context;
                          context.set_deadline(Within(budget));
                          Outcome outcome = attempt(endpoints_[index], context);
                          const bool grpc_gave_up =
                              !outcome && outcome.error().code == Code::kDeadlineExceeded &&
                              outcome.error().message == kDeadlineOfGrpc;
                          if (grpc_gave_up)
                            return tl::unexpected(NoAnswer(options_.servers[index], budget));
                          return outcome;
                        });
}

Error Connection::Read(std::uint64_t after_generation, const OnList& on_list,
                       const std::stop_token& stop) {
  const std::size_t index = failover_.Preferred();
  grpc::ClientContext context;
  const std::stop_callback cancel(stop, [&context] { context.TryCancel(); });
  v1::WatchSigningKeysRequest request;
  request.set_after_generation(after_generation);
  const auto reader = endpoints_[index].signing->WatchSigningKeys(&context, request);
  v1::ListSigningKeysResponse list;
  bool any = false;
  while (reader->Read(&list)) {
    any = true;
    on_list(FromMessage(list));
  }
  const grpc::Status status = reader->Finish();
  if (!any) failover_.Avoid(index);
  if (status.ok()) {
    return Error{Code::kUnavailable, std::string(reason::kServerAway),
                 "server " + options_.servers[index] + " ended the watch of signing keys"};
  }
  Error error = FromGrpcStatus(status);
  if (error.reason != reason::kServerAway) return error;
  return Unreachable(std::array{AddressFailure{options_.servers[index], error.message}});
}

Outcome Connection::ToOutcome(const grpc::Status& status) {
  if (status.ok()) return {};
  return tl::unexpected(FromGrpcStatus(status));
}

}  // namespace dkimkeeper

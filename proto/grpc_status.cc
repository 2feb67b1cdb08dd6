#include "proto/grpc_status.h"

#include <array>
#include <cstdlib>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using grpc::StatusCode;

struct Row {
  Code code;
  StatusCode grpc_code;
  // The reason of a status that gRPC itself made.
  std::string_view grpc_reason;
};

constexpr std::array kTable = {
    Row{Code::kInvalidArgument, StatusCode::INVALID_ARGUMENT, reason::kInternal},
    Row{Code::kUnauthenticated, StatusCode::UNAUTHENTICATED, reason::kNoIdentity},
    Row{Code::kPermissionDenied, StatusCode::PERMISSION_DENIED, reason::kInternal},
    Row{Code::kNotFound, StatusCode::NOT_FOUND, reason::kInternal},
    Row{Code::kFailedPrecondition, StatusCode::FAILED_PRECONDITION, reason::kInternal},
    Row{Code::kResourceExhausted, StatusCode::RESOURCE_EXHAUSTED, reason::kInternal},
    Row{Code::kUnavailable, StatusCode::UNAVAILABLE, reason::kServerAway},
    Row{Code::kDeadlineExceeded, StatusCode::DEADLINE_EXCEEDED, reason::kDeadline},
    Row{Code::kAlreadyExists, StatusCode::ALREADY_EXISTS, reason::kInternal},
    Row{Code::kAborted, StatusCode::ABORTED, reason::kInternal},
    Row{Code::kInternal, StatusCode::INTERNAL, reason::kInternal},
};

const Row& RowOf(Code code) {
  for (const Row& row : kTable) {
    if (row.code == code) return row;
  }
  std::abort();
}

}  // namespace

grpc::StatusCode ToGrpcCode(Code code) { return RowOf(code).grpc_code; }

Code FromGrpcCode(grpc::StatusCode code) {
  for (const Row& row : kTable) {
    if (row.grpc_code == code) return row.code;
  }
  // The other end, or what is between, dropped the call: as good as away.
  if (code == StatusCode::CANCELLED) return Code::kUnavailable;
  if (code == StatusCode::OUT_OF_RANGE) return Code::kInvalidArgument;
  return Code::kInternal;  // UNKNOWN, UNIMPLEMENTED, DATA_LOSS
}

v1::ErrorDetail ToErrorDetail(const Error& error) {
  v1::ErrorDetail detail;
  detail.set_reason(error.reason);
  detail.set_current_selector(error.current_selector);
  detail.set_retry_after_ms(error.retry_after.count());
  return detail;
}

grpc::Status ToGrpcStatus(const Error& error) {
  return {ToGrpcCode(error.code), error.message, ToErrorDetail(error).SerializeAsString()};
}

Error FromGrpcStatus(const grpc::Status& status) {
  Error error{
      .code = FromGrpcCode(status.error_code()), .reason = {}, .message = status.error_message()};
  v1::ErrorDetail detail;
  if (detail.ParseFromString(status.error_details()) && !detail.reason().empty()) {
    error.reason = detail.reason();
    error.current_selector = detail.current_selector();
    error.retry_after = std::chrono::milliseconds(detail.retry_after_ms());
  } else {
    error.reason = RowOf(error.code).grpc_reason;
  }
  return error;
}

}  // namespace dkimkeeper

#include "proto/grpc_status.h"

#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

using grpc::StatusCode;
using std::chrono::milliseconds;

constexpr std::pair<Code, StatusCode> kCodes[] = {
    {Code::kInvalidArgument, StatusCode::INVALID_ARGUMENT},
    {Code::kUnauthenticated, StatusCode::UNAUTHENTICATED},
    {Code::kPermissionDenied, StatusCode::PERMISSION_DENIED},
    {Code::kNotFound, StatusCode::NOT_FOUND},
    {Code::kFailedPrecondition, StatusCode::FAILED_PRECONDITION},
    {Code::kResourceExhausted, StatusCode::RESOURCE_EXHAUSTED},
    {Code::kUnavailable, StatusCode::UNAVAILABLE},
    {Code::kDeadlineExceeded, StatusCode::DEADLINE_EXCEEDED},
    {Code::kAlreadyExists, StatusCode::ALREADY_EXISTS},
    {Code::kAborted, StatusCode::ABORTED},
    {Code::kInternal, StatusCode::INTERNAL},
};

TEST(GrpcStatusTest, EveryCodeBothWays) {
  EXPECT_EQ(std::size(kCodes), static_cast<std::size_t>(Code::kInternal) + 1);
  for (const auto& [code, grpc_code] : kCodes) {
    SCOPED_TRACE(grpc_code);
    EXPECT_EQ(ToGrpcCode(code), grpc_code);
    EXPECT_EQ(FromGrpcCode(grpc_code), code);
  }
}

TEST(GrpcStatusTest, CodesThatNoErrorCarriesBecomeTheNearest) {
  const std::pair<StatusCode, Code> rows[] = {
      {StatusCode::CANCELLED, Code::kUnavailable},
      {StatusCode::OUT_OF_RANGE, Code::kInvalidArgument},
      {StatusCode::UNIMPLEMENTED, Code::kInternal},
      {StatusCode::DATA_LOSS, Code::kInternal},
      {StatusCode::UNKNOWN, Code::kInternal},
      {static_cast<StatusCode>(20), Code::kInternal},
  };
  for (const auto& [grpc_code, code] : rows) {
    SCOPED_TRACE(grpc_code);
    EXPECT_EQ(FromGrpcCode(grpc_code), code);
  }
}

TEST(GrpcStatusTest, AnErrorComesBackWhole) {
  for (const auto& [code, grpc_code] : kCodes) {
    SCOPED_TRACE(grpc_code);
    const Error error{.code = code,
                      .reason = std::string(reason::kSelectorNotActive),
                      .message = "the selector 2025a no longer signs; use 2026a",
                      .current_selector = "2026a",
                      .retry_after = milliseconds(1500)};
    EXPECT_EQ(FromGrpcStatus(ToGrpcStatus(error)), error);
  }
}

TEST(GrpcStatusTest, TheDetailHasTheReasonSelectorAndRetryHint) {
  const v1::ErrorDetail detail = ToErrorDetail({.code = Code::kResourceExhausted,
                                                .reason = std::string(reason::kQueueFull),
                                                .message = "the queue is full",
                                                .current_selector = "s",
                                                .retry_after = milliseconds(20)});
  EXPECT_EQ(detail.reason(), "QUEUE_FULL");
  EXPECT_EQ(detail.current_selector(), "s");
  EXPECT_EQ(detail.retry_after_ms(), 20);
}

TEST(GrpcStatusTest, AStatusOfGrpcItselfGetsAReasonByItsCode) {
  const std::pair<StatusCode, std::string_view> rows[] = {
      {StatusCode::UNAVAILABLE, reason::kServerAway},
      {StatusCode::CANCELLED, reason::kServerAway},
      {StatusCode::DEADLINE_EXCEEDED, reason::kDeadline},
      {StatusCode::UNAUTHENTICATED, reason::kNoIdentity},
      {StatusCode::PERMISSION_DENIED, reason::kInternal},
      {StatusCode::UNIMPLEMENTED, reason::kInternal},
      {StatusCode::INTERNAL, reason::kInternal},
  };
  for (const auto& [grpc_code, expected] : rows) {
    SCOPED_TRACE(grpc_code);
    const Error error = FromGrpcStatus({grpc_code, "connection refused"});
    EXPECT_EQ(error.reason, expected);
    EXPECT_EQ(error.message, "connection refused");
    EXPECT_EQ(error.retry_after, milliseconds::zero());
  }
}

TEST(GrpcStatusTest, DetailsOfSomeoneElseAreIgnored) {
  const Error error = FromGrpcStatus({StatusCode::UNAVAILABLE, "away", "\xFF no protobuf"});
  EXPECT_EQ(error.reason, reason::kServerAway);
  v1::ErrorDetail no_reason;
  no_reason.set_current_selector("s");
  EXPECT_EQ(FromGrpcStatus({StatusCode::UNAVAILABLE, "", no_reason.SerializeAsString()}).reason,
            reason::kServerAway);
}

}  // namespace
}  // namespace dkimkeeper

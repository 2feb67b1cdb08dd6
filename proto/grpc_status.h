// Error ↔ grpc::Status: one table, both ways. The reason, the current selector and the retry hint
// travel as a serialised dkimkeeper.v1.ErrorDetail in the status details.
#ifndef PROTO_GRPC_STATUS_H_
#define PROTO_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "dkimkeeper/v1/common.pb.h"
#include "proto/result.h"

namespace dkimkeeper {

[[nodiscard]] grpc::StatusCode ToGrpcCode(Code code);

// A code that no Error can carry (e.g. CANCELLED, UNIMPLEMENTED) becomes the nearest one.
[[nodiscard]] Code FromGrpcCode(grpc::StatusCode code);

[[nodiscard]] v1::ErrorDetail ToErrorDetail(const Error& error);
[[nodiscard]] grpc::Status ToGrpcStatus(const Error& error);

// `status` is not OK. A status of gRPC itself (no details) gets a reason by its code: UNAVAILABLE →
// SERVER_AWAY, DEADLINE_EXCEEDED → DEADLINE, UNAUTHENTICATED → NO_IDENTITY, else INTERNAL.
[[nodiscard]] Error FromGrpcStatus(const grpc::Status& status);

}  // namespace dkimkeeper

#endif  // PROTO_GRPC_STATUS_H_

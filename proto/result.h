// The one error type of the repository.
//
// Expected failures are values: every function that can fail returns Result<T> and none of them
// throws. Bugs abort. An error text is for the operator: what was attempted, on what, what to do
// next. It never contains key material, a PIN or mail content.
#ifndef PROTO_RESULT_H_
#define PROTO_RESULT_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace dkimkeeper {

// What kind of failure, with the names and meanings of the gRPC codes (DESIGN.md, "Failures").
enum class Code : std::uint8_t {
  kInvalidArgument,
  kUnauthenticated,
  kPermissionDenied,
  kNotFound,
  kFailedPrecondition,
  kResourceExhausted,
  kUnavailable,
  kDeadlineExceeded,
  kAlreadyExists,
  kAborted,
  kInternal,
};

// A failure. Copyable; thread-safe as a value.
struct Error {
  Code code = Code::kInternal;
  // Stable, machine-readable, one of proto/reason.h: UPPER_SNAKE_CASE.
  std::string reason;
  // One sentence: what was attempted, on what, what to do.
  std::string message;
  // With SELECTOR_NOT_ACTIVE: the selector that signs now; otherwise empty.
  std::string current_selector = {};
  // With a code that is worth a retry: how long to wait before it; otherwise zero.
  std::chrono::milliseconds retry_after = std::chrono::milliseconds::zero();

  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

// Status of an action that yields nothing.
using Outcome = Result<void>;

// Builds the failure side of any Result: `return Fail(Code::kNotFound, reason::kKeyUnknown, "…");`
[[nodiscard]] inline tl::unexpected<Error> Fail(Code code, std::string_view reason,
                                                std::string message) {
  return tl::unexpected<Error>(Error{code, std::string(reason), std::move(message)});
}

// Passes another function's error on: `if (!key) return Forward(key);`
template <typename T>
[[nodiscard]] tl::unexpected<Error> Forward(const Result<T>& failed) {
  return tl::unexpected<Error>(failed.error());
}

}  // namespace dkimkeeper

#endif  // PROTO_RESULT_H_

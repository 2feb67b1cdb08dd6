// GoogleMock matchers for Result<T>.
#ifndef TESTS_UNIT_PROTO_RESULT_MATCHERS_H_
#define TESTS_UNIT_PROTO_RESULT_MATCHERS_H_

#include <gmock/gmock.h>

#include <ostream>

#include "proto/result.h"

namespace dkimkeeper {

inline void PrintTo(const Error& error, std::ostream* out) {
  *out << error.reason << ": " << error.message;
}

// A value.
MATCHER(IsOk, "") {
  if (!arg) *result_listener << arg.error().reason << ": " << arg.error().message;
  return arg.has_value();
}

// INVALID_ARGUMENT with this reason and a sentence.
MATCHER_P(IsRefused, reason, "") {
  if (arg) {
    *result_listener << "is a value";
    return false;
  }
  *result_listener << arg.error().reason << ": " << arg.error().message;
  return arg.error().code == Code::kInvalidArgument && arg.error().reason == reason &&
         !arg.error().message.empty();
}

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_PROTO_RESULT_MATCHERS_H_

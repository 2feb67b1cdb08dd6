// Why no server could be reached, in words that say what to check.
#ifndef CLIENT_LIB_DIAGNOSIS_H_
#define CLIENT_LIB_DIAGNOSIS_H_

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// The last failure at one address.
struct AddressFailure {
  std::string address;
  std::string detail;  // gRPC's own words
};

// What an operator should look at, from gRPC's words for a failed connection.
[[nodiscard]] std::string_view WhatToCheck(std::string_view detail);

// UNAVAILABLE/SERVER_AWAY. `failures` is not empty.
[[nodiscard]] Error Unreachable(std::span<const AddressFailure> failures);

// DEADLINE_EXCEEDED/DEADLINE: `address` took the call and did not answer within `deadline`.
[[nodiscard]] Error NoAnswer(const std::string& address, std::chrono::milliseconds deadline);

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_DIAGNOSIS_H_

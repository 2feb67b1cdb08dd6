// What a caller in C may get wrong with an argument.
#ifndef CLIENT_C_ABI_ARGUMENTS_H_
#define CLIENT_C_ABI_ARGUMENTS_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "proto/dkim/algorithm.h"
#include "proto/result.h"

namespace dkimkeeper {

// INVALID_ARGUMENT/BAD_OPTION.
[[nodiscard]] tl::unexpected<Error> BadArgument(std::string message);

// BAD_OPTION where it is not: "<what> is NULL".
[[nodiscard]] Outcome Given(bool given, std::string_view what);

// `length` bytes at `bytes`, which may be NULL where there are none. BAD_OPTION.
[[nodiscard]] Result<std::string_view> Bytes(const void* bytes, std::size_t length);

// DKIMKEEPER_RSA_SHA256 or DKIMKEEPER_ED25519_SHA256. INVALID_ARGUMENT/BAD_ALGORITHM.
[[nodiscard]] Result<Algorithm> AlgorithmNumbered(int number);

}  // namespace dkimkeeper

#endif  // CLIENT_C_ABI_ARGUMENTS_H_

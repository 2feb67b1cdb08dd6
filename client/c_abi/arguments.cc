#include "client/c_abi/arguments.h"

#include <utility>

#include "dkimkeeper/dkimkeeper.h"
#include "proto/reason.h"

namespace dkimkeeper {

tl::unexpected<Error> BadArgument(std::string message) {
  return Fail(Code::kInvalidArgument, reason::kBadOption, std::move(message));
}

Outcome Given(bool given, std::string_view what) {
  if (given) return {};
  return BadArgument(std::string(what) + " is NULL; this call cannot do without");
}

Result<std::string_view> Bytes(const void* bytes, std::size_t length) {
  if (length == 0) return std::string_view();
  if (Outcome given = Given(bytes != nullptr, "what the bytes are read from"); !given)
    return Forward(given);
  return std::string_view(static_cast<const char*>(bytes), length);
}

Result<Algorithm> AlgorithmNumbered(int number) {
  if (number == DKIMKEEPER_RSA_SHA256) return Algorithm::kRsaSha256;
  if (number == DKIMKEEPER_ED25519_SHA256) return Algorithm::kEd25519Sha256;
  return Fail(Code::kInvalidArgument, reason::kBadAlgorithm,
              "there is no algorithm " + std::to_string(number) +
                  "; use DKIMKEEPER_RSA_SHA256 or DKIMKEEPER_ED25519_SHA256");
}

}  // namespace dkimkeeper

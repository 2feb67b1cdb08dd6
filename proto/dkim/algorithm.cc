#include "proto/dkim/algorithm.h"

#include <cstdlib>

#include "proto/dkim/ascii.h"
#include "proto/reason.h"

namespace dkimkeeper {

std::string_view AlgorithmName(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kRsaSha256:
      return "rsa-sha256";
    case Algorithm::kEd25519Sha256:
      return "ed25519-sha256";
  }
  std::abort();
}

std::string_view KeyTypeName(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kRsaSha256:
      return "rsa";
    case Algorithm::kEd25519Sha256:
      return "ed25519";
  }
  std::abort();
}

Result<Algorithm> ParseAlgorithm(std::string_view name) {
  for (const Algorithm algorithm : {Algorithm::kRsaSha256, Algorithm::kEd25519Sha256}) {
    if (EqualsIgnoringAsciiCase(name, AlgorithmName(algorithm))) return algorithm;
  }
  return Fail(Code::kInvalidArgument, reason::kBadAlgorithm,
              "the algorithm is neither rsa-sha256 nor ed25519-sha256");
}

}  // namespace dkimkeeper

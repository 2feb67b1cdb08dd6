// Signature algorithms of DKIM that this project signs with (RFC 6376 §3.3.1, RFC 8463 §3).
#ifndef PROTO_DKIM_ALGORITHM_H_
#define PROTO_DKIM_ALGORITHM_H_

#include <cstdint>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

enum class Algorithm : std::uint8_t {
  kRsaSha256,      // `rsa-sha256`: PKCS#1 v1.5 over the DigestInfo of the 32-byte digest
  kEd25519Sha256,  // `ed25519-sha256`: PureEdDSA over the 32-byte digest
};

// The name used in a=, in DNS tools and on the command line: "rsa-sha256", "ed25519-sha256".
[[nodiscard]] std::string_view AlgorithmName(Algorithm algorithm);

// The k= value of its key record: "rsa", "ed25519".
[[nodiscard]] std::string_view KeyTypeName(Algorithm algorithm);

// Exact match of AlgorithmName, any letter case. INVALID_ARGUMENT/BAD_ALGORITHM.
[[nodiscard]] Result<Algorithm> ParseAlgorithm(std::string_view name);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_ALGORITHM_H_

// Public keys for tests. Nobody has their private halves: a modulus is a random odd number.
#ifndef TESTS_UNIT_PROTO_TEST_KEYS_H_
#define TESTS_UNIT_PROTO_TEST_KEYS_H_

#include <cstddef>
#include <string>

#include "proto/dkim/public_key.h"

namespace dkimkeeper {

// The DER SubjectPublicKeyInfo of a new key. `type` is "RSA" or "RSA-PSS".
[[nodiscard]] std::string NewRsaPublicKeyInfo(const char* type, std::size_t bits);

// The same of 32 random octets. `type` is "ED25519" or "X25519".
[[nodiscard]] std::string NewCurvePublicKeyInfo(const char* type);

[[nodiscard]] PublicKey NewRsaKey(std::size_t bits);
[[nodiscard]] PublicKey NewEd25519Key();

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_PROTO_TEST_KEYS_H_

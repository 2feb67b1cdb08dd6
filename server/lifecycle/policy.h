// What an operator decided once for all keys.
#ifndef SERVER_LIFECYCLE_POLICY_H_
#define SERVER_LIFECYCLE_POLICY_H_

#include <chrono>

namespace dkimkeeper {

struct Policy {
  // A replaced key signs on for so long: longer than clients cache the key list.
  std::chrono::milliseconds handover_window = std::chrono::hours(1);
  // The record of a key stays for so long after it could last sign: mail in transit verifies.
  std::chrono::milliseconds drain = std::chrono::days(7);
  unsigned default_rsa_bits = 2048;
  // Whether `activate --without-dns-proof` is taken at all.
  bool allow_activation_without_dns_proof = false;
};

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_POLICY_H_

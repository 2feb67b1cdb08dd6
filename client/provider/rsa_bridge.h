// For programs that call RSA_sign(3): keys in custody behind RSA objects of OpenSSL's own.
//
// Such a program takes the RSA object out of its key (EVP_PKEY_get1_RSA) and signs with that; of a
// key in custody it gets one with the public half alone. The bridge is a default RSA method for the
// whole process: it knows these objects by their modulus, and signs at the agent; all others go to
// OpenSSL's own method. Opt-in, because it is a change of the process that no other program needs.
#ifndef CLIENT_PROVIDER_RSA_BRIDGE_H_
#define CLIENT_PROVIDER_RSA_BRIDGE_H_

#include "client/provider/reference_key.h"

namespace dkimkeeper::provider {

// From now on, for RSA objects made from now on. Once a process; again does nothing. False where
// OpenSSL refuses.
[[nodiscard]] bool InstallRsaBridge();

// An RSA object with this key's modulus signs with it, as long as the process lives: nobody tells
// when the last one goes. Nothing for Ed25519. Thread-safe, without a lock, as programs fork.
void LendToBridge(const KeyShare& key);

}  // namespace dkimkeeper::provider

#endif  // CLIENT_PROVIDER_RSA_BRIDGE_H_

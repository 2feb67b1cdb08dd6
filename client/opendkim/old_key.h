// The private key that OpenDKIM signed with, as far as a migration has to know it.
#ifndef CLIENT_OPENDKIM_OLD_KEY_H_
#define CLIENT_OPENDKIM_OLD_KEY_H_

#include <string>

#include "proto/dkim/algorithm.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/selector.h"
#include "proto/result.h"

namespace dkimkeeper {

struct OldKey {
  Algorithm algorithm = Algorithm::kRsaSha256;
  unsigned bits = 0;  // of an RSA modulus
};

// Reads the PEM file at `path`, and keeps of it what OldKey says. INVALID_ARGUMENT/BAD_DOCUMENT: it
// cannot be read here, is encrypted, or holds no key that DKIM knows. The text says which, and
// shows nothing of the file.
[[nodiscard]] Result<OldKey> LookAtOldKey(const std::string& path);

// A CKA_ID for a key that is brought along, in hexadecimal: the same whenever it is asked for, so
// that the command that imports and the one that adopts can be written at once.
[[nodiscard]] std::string TokenKeyIdFor(const Domain& domain, const Selector& selector);

}  // namespace dkimkeeper

#endif  // CLIENT_OPENDKIM_OLD_KEY_H_

// A signature as it is asked for, and as it is allowed.
#ifndef SERVER_SIGNING_SIGN_REQUEST_H_
#define SERVER_SIGNING_SIGN_REQUEST_H_

#include <memory>
#include <optional>
#include <string>

#include "proto/dkim/sha256_digest.h"
#include "server/access/authorized.h"
#include "server/keys/key.h"

namespace dkimkeeper {

// "Sign this SHA-256 digest for this domain." Of headers, too, which are looked at elsewhere
// (signed_headers.h). A value.
struct SignRequest {
  Domain domain;
  std::optional<Sender> sender;  // nothing: whichever line the selector belongs to
  Selector selector;
  Algorithm algorithm = Algorithm::kRsaSha256;
  Sha256Digest digest;
  std::string note;  // claimed by the caller
  SignedBy by = SignedBy::kDigest;
};

// A request with the proof that it is allowed and the key that fulfils it. A value.
struct SignOrder {
  Authorized authorized;
  std::shared_ptr<const Key> key;
  Sha256Digest digest;
  std::string note;
  SignedBy by = SignedBy::kDigest;
};

}  // namespace dkimkeeper

#endif  // SERVER_SIGNING_SIGN_REQUEST_H_

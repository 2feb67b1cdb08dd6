// The key record: the TXT record at <selector>._domainkey.<domain> (RFC 6376 §3.6.1, RFC 8463 §4).
#ifndef PROTO_DKIM_KEY_RECORD_H_
#define PROTO_DKIM_KEY_RECORD_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/dkim/public_key.h"
#include "proto/dkim/txt_record.h"  // IWYU pragma: export: the forms a rendered record takes
#include "proto/result.h"

namespace dkimkeeper {

// A value. Unknown tags of a parsed record are ignored, as RFC 6376 §3.6.1 asks.
struct KeyRecord {
  // Nothing means revoked: p= is empty (RFC 6376 §3.6.1).
  std::optional<PublicKey> public_key;
  // k= of a record without a key; equals the key's own algorithm where there is one.
  Algorithm algorithm = Algorithm::kRsaSha256;
  std::vector<std::string> flags = {};            // t=: "s" (strict), "y" (testing), others kept
  std::vector<std::string> services = {};         // s=: empty stands for "*"
  std::vector<std::string> hash_algorithms = {};  // h=: empty stands for all
  std::string note = {};                          // n=, decoded from quoted-printable

  friend bool operator==(const KeyRecord&, const KeyRecord&) = default;
};

// The record's value: strings joined with nothing between, e.g. "v=DKIM1; k=ed25519; p=…".
[[nodiscard]] std::string RenderKeyRecord(const KeyRecord& record);

// `value` is the record's strings joined. RSA keys are taken as SubjectPublicKeyInfo only, not as
// the bare RSAPublicKey of erratum 3017, and kept as DER. INVALID_ARGUMENT/BAD_KEY_RECORD: v= not
// first or not DKIM1, no p=, unknown k=, p= that does not decode to a key of that type (RSA below
// 1024 bits included), an h= without sha256, a tag value outside its grammar.
[[nodiscard]] Result<KeyRecord> ParseKeyRecord(std::string_view value);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_KEY_RECORD_H_

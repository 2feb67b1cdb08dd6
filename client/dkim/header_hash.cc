#include "client/dkim/header_hash.h"

#include "client/dkim/header_canonicalization.h"
#include "client/dkim/sha256_stream.h"

namespace dkimkeeper {

Result<Sha256Digest> HashHeader(Canonicalization canonicalization,
                                std::span<const HeaderField* const> fields,
                                const HeaderField& signature) {
  Sha256Stream hash;
  for (const HeaderField* field : fields) {
    hash.Append(CanonicalHeaderField(canonicalization, *field));
    hash.Append("\r\n");
  }
  hash.Append(CanonicalHeaderField(canonicalization, signature));
  return hash.Finish();
}

}  // namespace dkimkeeper

#include "client/dkim/header_hash.h"

#include "client/dkim/header_canonicalization.h"
#include "client/dkim/sha256_stream.h"

namespace dkimkeeper {

std::string HashedHeader(Canonicalization canonicalization,
                         std::span<const HeaderField* const> fields, const HeaderField& signature) {
  std::string hashed;
  for (const HeaderField* field : fields) {
    hashed.append(CanonicalHeaderField(canonicalization, *field)).append("\r\n");
  }
  return hashed.append(CanonicalHeaderField(canonicalization, signature));
}

Result<Sha256Digest> HashHeader(std::string_view hashed_header) {
  Sha256Stream hash;
  hash.Append(hashed_header);
  return hash.Finish();
}

Result<Sha256Digest> HashHeader(Canonicalization canonicalization,
                                std::span<const HeaderField* const> fields,
                                const HeaderField& signature) {
  return HashHeader(HashedHeader(canonicalization, fields, signature));
}

}  // namespace dkimkeeper

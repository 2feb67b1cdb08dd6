#include "client/lib/request_id.h"

#include <openssl/rand.h>

#include <array>

#include "proto/dkim/hex.h"
#include "proto/reason.h"

namespace dkimkeeper {

Result<std::string> NewRequestId() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return Fail(Code::kInternal, reason::kInternal,
                "cannot make a request id: the system gives no random bytes");
  }
  return EncodeHex(std::string(bytes.begin(), bytes.end()));
}

}  // namespace dkimkeeper

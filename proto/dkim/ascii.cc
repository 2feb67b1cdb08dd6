#include "proto/dkim/ascii.h"

#include "proto/dkim/hex.h"

namespace dkimkeeper {

std::string DescribeOctet(char c) {
  if (IsAsciiVisible(c)) return {'\'', c, '\''};
  return "octet 0x" + EncodeHex(std::string_view(&c, 1));
}

}  // namespace dkimkeeper

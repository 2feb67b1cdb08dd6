// The id that lets a server recognise a change it has made already.
#ifndef CLIENT_LIB_REQUEST_ID_H_
#define CLIENT_LIB_REQUEST_ID_H_

#include <string>

#include "proto/result.h"

namespace dkimkeeper {

// 32 hexadecimal digits that nobody has used before. INTERNAL when the system has no randomness.
[[nodiscard]] Result<std::string> NewRequestId();

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_REQUEST_ID_H_

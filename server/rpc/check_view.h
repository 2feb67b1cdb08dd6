// Looks at records as the API shows them.
#ifndef SERVER_RPC_CHECK_VIEW_H_
#define SERVER_RPC_CHECK_VIEW_H_

#include "dkimkeeper/v1/dns.pb.h"
#include "server/dns/record_check.h"

namespace dkimkeeper {

// `domain`, `selector` and `expected` are left to the caller. Octets of DNS that are no UTF-8 are
// shown as U+FFFD, which protobuf's strings need.
[[nodiscard]] v1::RecordCheck ToProto(const RecordCheck& check);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_CHECK_VIEW_H_

// Real time, with waits that move gRPC's connections on. Internal.
#ifndef CLIENT_LIB_CHANNEL_PACE_H_
#define CLIENT_LIB_CHANNEL_PACE_H_

#include <memory>

#include "client/lib/pace.h"

namespace dkimkeeper {

// A connection is made by whoever waits inside gRPC. Between synchronous calls that is nobody: an
// attempt would stand still until its time-out, and a server that is back would not be seen. So its
// Wait waits there.
[[nodiscard]] std::shared_ptr<Pace> ChannelPace();

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_CHANNEL_PACE_H_

// How far a change of rights has come among the daemons.
#ifndef SERVER_RPC_IN_EFFECT_H_
#define SERVER_RPC_IN_EFFECT_H_

#include <cstdint>

#include "dkimkeeper/v1/access.pb.h"
#include "server/rpc/daemons.h"

namespace dkimkeeper {

// Who decides by `generation`, or a later one; with `await` once all do, or after some seconds.
[[nodiscard]] v1::InEffect InEffectOf(const Daemons& daemons, std::uint64_t generation, bool await);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_IN_EFFECT_H_
